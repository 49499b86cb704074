import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TrialResult } from '../../src/core/result.ts'
import { steadyState } from '../../src/metrics/steady-state.ts'
import { steadyLines } from '../../src/report/steady-text.ts'
import { fullTerminalReport } from '../../src/report/terminal-full.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

const wave = Array.from({ length: 120 }, (_, slice) => (slice % 40 < 20 ? 1_000 : 2_000))
const late = Array.from({ length: 120 }, (_, slice) => (slice < 16 ? 2_000 : 1_000))
const seriesOf: Record<string, number[]> = { 'short-poll': wave, sse: late, websocket: [] }

function withSeries(trial: TrialResult): TrialResult {
  const latencyP50Us = seriesOf[trial.contender] ?? new Array<number>(120).fill(1_000)
  return { ...trial, steadyState: steadyState({ warmUpMs: 2_000, latencyP50Us, cpuMsPerSecond: [] }) }
}

test('trials without a steady state are named, and so are those that measured before it', () => {
  const document = madeUpDocument({ blockCount: 2, change: withSeries })
  assert.deepEqual(steadyLines(document), [
    'short-poll in block 1, short-poll in block 2: delivery latency p50: no steady state (it varies by 34 % of its level)',
    'sse in block 1, sse in block 2: figures settled only 2.00 s into the measured window: use a longer --warmup',
    'websocket in block 1, websocket in block 2: too short to tell whether it was steady: needs 8 s of traffic with deliveries',
  ])
  assert.match(
    fullTerminalReport(document, { columns: 200, colour: false }),
    /- sse in block 1, sse in block 2: figures settled only 2\.00 s into/,
  )
})

test('nothing is said where all is steady', () => {
  assert.deepEqual(steadyLines(madeUpDocument()), [])
})
