import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { GateResult, ResultDocument, TrialResult } from '../../src/core/result.ts'
import { gates } from '../../src/metrics/gates.ts'
import { validityText } from '../../src/report/contenders.ts'
import { fullTerminalReport } from '../../src/report/terminal-full.ts'
import { isWorthRepeating } from '../../src/run/repeats.ts'
import { runScenario } from '../../src/run/run.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { madeUpTrial, natures } from '../golden/fixture-trial.ts'
import { plainScenario } from '../helpers/plain-scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'repeats-'))
after(() => rmSync(folder, { recursive: true }))

function found(gate: string, status: GateResult['status'] = 'invalid'): GateResult {
  const { families, owner } = gates.find((entry) => entry.gate === gate)!
  return { gate, status, families: [...families], owner, message: 'made up' }
}

/** What the gates find in each attempt of a contender in each block; what is not named is valid. Throws what is an error. */
type Findings = Record<string, (GateResult[] | Error)[]>

/** A run of two contenders in two blocks whose trials are made up. */
async function runOf(findings: Findings, retryCount: number): Promise<{ document: ResultDocument; ran: string[] }> {
  const path = join(folder, 'plain.json')
  const contenders = [{ transport: 'sse' }, { transport: 'websocket' }]
  writeFileSync(path, JSON.stringify({ ...plainScenario, contenders, blockCount: 2 }))
  const { study: _, ...loaded } = loadScenario(path)
  const ran: string[] = []
  const request = {
    ...loaded,
    resultDir: folder,
    calibrationDir: folder,
    namespace: 'off',
    force: true,
    command: 'bench plain',
    signal: new AbortController().signal,
    withoutControl: 'made up',
    retryCount,
  } as const
  const document = await runScenario(
    {
      ...request,
      launch: ({ contender: { label, transport }, block, position }) => {
        const place = `${label} ${block + 1}`
        const attempt = ran.filter((one) => one === place).length
        ran.push(place)
        const reasons = findings[place]?.[attempt] ?? []
        if (reasons instanceof Error) return Promise.reject(reasons)
        const trial: TrialResult = madeUpTrial({ label, nature: natures[transport]!, block, position, seed: 1 + attempt })
        return Promise.resolve(reasons.length === 0 ? trial : { ...trial, validity: { status: 'tainted', reasons } })
      },
    },
    () => undefined,
  )
  return { document, ran }
}

const attemptsOf = ({ trials }: ResultDocument, label: string, block: number) =>
  trials
    .filter((trial) => trial.contender === label && trial.block === block)
    .map(({ isRepeated = false, position }) => [isRepeated, position])

describe('a trial is worth repeating', () => {
  const cases: [reasons: GateResult[], isWorth: boolean][] = [
    [[found('competing-load')], true],
    [[found('processor-quota')], true],
    [[found('competing-load'), found('hiccup', 'tainted'), found('publisher-lag', 'tainted')], true],
    [[found('competing-load'), found('machine-busy')], true],
    [[found('competing-load', 'tainted')], false],
    [[found('competing-load', 'tainted'), found('machine-busy')], false],
    [[found('saturated', 'unranked')], false],
    ...['generator-stall', 'generator-utilisation', 'publisher-lag', 'offered-rate', 'clients-missing'].flatMap(
      (gate): [GateResult[], boolean][] => [
        [[found(gate)], false],
        [[found('competing-load'), found(gate)], false],
      ],
    ),
    [[], false],
  ]
  for (const [reasons, isWorth] of cases) {
    const named = reasons.map(({ gate, status }) => `${status} by ${gate}`).join(', ') || 'valid'
    it(`${isWorth ? 'where' : 'not where'} it is ${named}`, () => {
      assert.equal(isWorthRepeating({ validity: { status: 'tainted', reasons } }), isWorth)
    })
  }
})

describe('a trial that was spoilt from outside', () => {
  const busy = [found('competing-load')]

  it('is repeated at the end of its block, and the later attempt stands; both are in the result', async () => {
    const { document, ran } = await runOf({ 'sse 1': [busy] }, 1)
    const first = document.plan.blockOrder[0]!.map((label) => `${label} 1`)
    assert.deepEqual(ran.slice(0, 3), [...first, 'sse 1'])
    assert.equal(ran.length, 5)
    assert.deepEqual(
      attemptsOf(document, 'sse', 0).map(([isRepeated]) => isRepeated),
      [true, false],
    )
    assert.equal(attemptsOf(document, 'sse', 0)[1]![1], 2)
    const row = document.summary.find(({ contender }) => contender === 'sse')!
    assert.deepEqual([row.trialCount, row.countedTrialCount, row.repeatedCount], [2, 2, 1])
    const [, stands] = document.trials.filter(({ contender, block }) => contender === 'sse' && block === 0)
    assert.equal(row.metrics.serverCpu!.values[0], stands!.server.processor.cpuMsPerSecond)
    assert.deepEqual(row.metrics.serverCpu!.blocks, [0, 1])
    // A repeated contender has as many deliveries in the ledger as any other.
    assert.equal(row.ledger.expectedCount, document.summary.find(({ contender }) => contender === 'websocket')!.ledger.expectedCount)
  })

  it('is shown in the report with how many were repeated for each contender', async () => {
    const { document } = await runOf({ 'sse 1': [busy], 'sse 2': [busy] }, 1)
    assert.deepEqual(document.summary.map(validityText).toSorted(), ['all 2 valid', 'all 2 valid, 2 repeated'])
    const text = fullTerminalReport(document, { columns: 120, colour: false }).replaceAll(/\s+/g, ' ')
    assert.match(text, /sse: 2 blocks counted, all 2 valid, 2 repeated/)
    assert.match(text, /repeated at the end of its block: nothing of this attempt counts/)
    assert.ok(!document.warnings.some(({ code }) => code === 'WARN_MACHINE_BUSY'))
  })

  it('is repeated as often as was asked, and stands in the end as it is', async () => {
    const spoilt = { 'websocket 2': [busy, busy, busy, busy] }
    for (const retryCount of [0, 1, 2]) {
      const { document, ran } = await runOf(spoilt, retryCount)
      assert.equal(ran.length, 4 + retryCount)
      assert.deepEqual(
        attemptsOf(document, 'websocket', 1).map(([isRepeated]) => isRepeated),
        [...new Array<boolean>(retryCount).fill(true), false],
      )
      assert.ok(document.warnings.some(({ code, message }) => code === 'WARN_MACHINE_BUSY' && / in 1 of 4 trials /.test(message)))
    }
  })

  it('stands where the process of its repetition fails', async () => {
    const { document } = await runOf({ 'sse 1': [busy, new Error('died')] }, 1)
    assert.deepEqual(
      attemptsOf(document, 'sse', 0).map(([isRepeated]) => isRepeated),
      [false],
    )
    assert.equal(document.failedTrials.length, 1)
  })

  it('is not repeated for what a contender can cause itself', async () => {
    const { ran } = await runOf({ 'sse 1': [[found('generator-stall')]], 'sse 2': [[found('saturated', 'unranked')]] }, 1)
    assert.equal(ran.length, 4)
  })
})
