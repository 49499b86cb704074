import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { ResultDocument, TrialResult } from '../../src/core/result.ts'
import { fourContenders, madeUpDocument } from '../golden/fixture-document.ts'
import { recheck, skipOracle } from '../helpers/oracle.ts'

const folder = mkdtempSync(join(tmpdir(), 'oracle-verdicts-'))
after(() => rmSync(folder, { recursive: true }))

function agrees(document: ResultDocument): void {
  writeFileSync(join(folder, 'result.json'), JSON.stringify(document))
  const { code, text } = recheck(folder, '--summary-only')
  assert.equal(code, 0, text)
}

/** Latency of sse counts in no block, its processor time in two of three. */
function spoilt(status: 'unranked' | 'invalid'): (trial: TrialResult) => TrialResult {
  return (trial) => {
    if (trial.contender !== 'sse') return trial
    const reasons: TrialResult['validity']['reasons'] = [{ gate: 'made up', status, families: ['latency'], message: 'made up' }]
    if (trial.block === 1) reasons.push({ gate: 'made up too', status, families: ['cpu', 'throughput'], message: 'made up' })
    return { ...trial, validity: { status: 'tainted', reasons } }
  }
}

/** Made-up numbers, different ones for each seed. */
const documentOf = (blockCount: number, seed: number) => madeUpDocument({ blockCount, ask: () => ({ seed }) })

describe('verdicts that Python computes again', { skip: skipOracle }, () => {
  it('are the same from one block to thirteen', () => {
    for (const [index, blockCount] of [1, 2, 3, 5, 8, 13].entries()) agrees(documentOf(blockCount, index + 1))
  })

  it('are the same above the exact sign-flip', () => {
    agrees(madeUpDocument({ labels: fourContenders.slice(2), blockCount: 32 }))
    agrees(madeUpDocument({ labels: fourContenders.slice(2), blockCount: 33 }))
  })

  it('are the same with lost deliveries, without numbers and with invalid and failed trials', () => {
    agrees(madeUpDocument({ blockCount: 4, limits: { lostCount: 0 }, ask: ({ label }) => ({ lostRatio: label === 'sse' ? 0.03 : 0 }) }))
    agrees(madeUpDocument({ blockCount: 4, ask: ({ block }) => ({ status: block === 1 ? 'invalid' : 'tainted' }) }))
    const failedTrials = [{ contender: 'sse', block: 1, position: 0, message: 'killed' }]
    agrees(madeUpDocument({ blockCount: 3, trialCount: 7, failedTrials, limits: { deliveryLatencyP99Ms: 1 } }))
    agrees(madeUpDocument({ blockCount: 2, ask: () => ({ deliveryCount: 0 }) }))
  })

  it('are the same where gates spoil some families of figures and leave others', () => {
    const limits = { lostCount: 0, deliveryLatencyP99Ms: 1 }
    for (const status of ['unranked', 'invalid'] as const)
      agrees(
        madeUpDocument({ blockCount: 3, limits, ask: ({ label }) => ({ lostRatio: label === 'sse' ? 0.03 : 0 }), change: spoilt(status) }),
      )
  })

  it('are not the same where one was changed', () => {
    const document = documentOf(8, 3)
    document.comparison.metrics[0]!.pairs[0]!.signFlipPValue! += 1 / 256
    writeFileSync(join(folder, 'result.json'), JSON.stringify(document))
    const { code, text } = recheck(folder, '--summary-only')
    assert.equal(code, 1)
    assert.match(text, /deliveryLatencyP50: short-poll and long-poll: signFlipPValue: the result says/u)
  })
})
