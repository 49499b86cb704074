import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { after, test } from 'node:test'
import { findNamespace } from '../../src/machine/namespace.ts'
import { startProgram, type Ended } from '../helpers/bench-process.ts'
import { quotaGroup } from '../helpers/quota-group.ts'

const group = quotaGroup(0.1)
const skip = 'reason' in group ? group.reason : false
after(() => {
  if ('remove' in group) group.remove()
})

test('a process sees that its quota throttled it, also from inside the namespace of a trial', { skip }, async () => {
  assert.ok('command' in group)
  const reader = [process.execPath, fileURLToPath(new URL('../helpers/quota-reader.js', import.meta.url))]
  const namespace = findNamespace()
  const places: string[][] = 'enclose' in namespace ? [reader, namespace.enclose(reader)] : [reader]
  for (const place of places) {
    const ended: Ended = await startProgram(...group.command(place)).ended
    assert.equal(ended.code, 0, ended.stderr)
    const seen = JSON.parse(ended.stdout) as { cpuCount: number; periodCount: number; stalledPeriodCount: number; stalledUs: number }
    assert.equal(seen.cpuCount, 0.1)
    assert.ok(seen.stalledPeriodCount > 0 && seen.stalledPeriodCount <= seen.periodCount && seen.stalledUs > 0, ended.stdout)
  }
})
