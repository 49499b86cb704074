import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { breachLines } from '../../src/report/facts.ts'
import { lostText } from '../../src/report/lost-text.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

suite('what was lost, in words', () => {
  test('stands apart from what was not received', () => {
    assert.equal(lostText({ lostCount: 1_234, notReceivedCount: 0 }), '1,234')
    assert.equal(lostText({ lostCount: 3, notReceivedCount: 12 }), '3 + 12 not received')
  })

  test('says of a broken limit how much a contender had stopped delivering', () => {
    const document = madeUpDocument()
    const [trial] = document.trials
    const breach = { limit: 'lostCount', contender: trial!.contender, block: trial!.block, measured: 15, allowed: 0, reasons: {} }
    document.comparison.limitBreaches = [breach]
    Object.assign(trial!.ledger, { lostCount: 15, notReceivedCount: 0 })
    assert.deepEqual(breachLines(document), [`lostCount: ${trial!.contender} in block 1: 15, allowed 0`])
    Object.assign(trial!.ledger, { lostCount: 3, notReceivedCount: 12 })
    assert.deepEqual(breachLines(document), [
      `lostCount: ${trial!.contender} in block 1: 15 (3 lost, and 12 due after it had stopped delivering), allowed 0`,
    ])
  })
})
