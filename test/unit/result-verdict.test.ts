import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOn, type ResultVerdict } from '../../scripts/result-verdict.ts'
import type { ResultDocument } from '../../src/core/result.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

/** The verdict on a document of sound trials of which the first was changed. */
function verdictAfter(change: (trial: ResultDocument['trials'][number], document: ResultDocument) => void): ResultVerdict {
  const document = madeUpDocument()
  for (const { ledger, validity } of document.trials) {
    Object.assign(ledger, { lostCount: 0, duplicatedCount: 0, reorderedCount: 0, unexpectedCount: 0, corruptedCount: 0 })
    Object.assign(validity, { status: 'valid', reasons: [] })
  }
  change(document.trials[0]!, document)
  return verdictOn(document)
}

test('a sound run has no fault, whatever gates of the machine found', () => {
  assert.deepEqual(
    verdictAfter(() => undefined),
    { faults: [], remarks: [] },
  )
  const { faults, remarks } = verdictAfter(({ validity }) => {
    validity.status = 'invalid'
    validity.reasons = [{ gate: 'generator-stall', status: 'invalid', message: 'publisher stalled' }]
  })
  assert.deepEqual(faults, [])
  assert.match(remarks.join(), /block 1: invalid by generator-stall: publisher stalled$/)
})

for (const count of ['lostCount', 'duplicatedCount', 'reorderedCount', 'unexpectedCount', 'corruptedCount'] as const) {
  test(`${count} above 0 is a fault`, () => {
    assert.match(verdictAfter(({ ledger }) => (ledger[count] = 1)).faults.join(), new RegExp(`block 1: ${count} 1$`))
  })
}

test('a failed trial and a gate that is not of the machine are faults', () => {
  const failed = verdictAfter((_, document) => document.failedTrials.push({ contender: 'sse', block: 0, position: 0, message: 'died' }))
  assert.deepEqual(failed.faults, ['sse failed: died'])
  const { faults } = verdictAfter(({ validity }) => {
    validity.reasons = [{ gate: 'count-mismatch', status: 'tainted', message: '1 and 2' }]
  })
  assert.match(faults.join(), /tainted by count-mismatch: 1 and 2$/)
})
