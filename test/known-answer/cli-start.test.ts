import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTimes } from '../../scripts/start-times.ts'

test('a short command takes no more than its multiple of the start of Node alone', () => {
  for (const { name, medianMs, ratio, mostRatio } of startTimes())
    assert.ok(ratio <= mostRatio, `${name}: ${ratio.toFixed(2)} × in ${medianMs.toFixed(0)} ms, at most ${mostRatio} ×`)
})
