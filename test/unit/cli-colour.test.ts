import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usesColour } from '../../src/cli/output.ts'

// Colours that are neither on nor off are chosen by picocolors, which takes CI for a terminal.
test('a pipe, which has no "isTTY", gets no colour', () => {
  assert.equal(usesColour({}), false)
})
