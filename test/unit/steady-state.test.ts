import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '../../src/core/random.ts'
import { latencyByDue } from '../../src/metrics/timeline.ts'
import { steadyState } from '../../src/metrics/steady-state.ts'
import { assertHonest } from './metrics-trial.ts'

const slicesPerSecond = 4

/** Slices of a figure of time, in seconds, each off by up to ± noise of itself. */
function series(seconds: number, of: (second: number) => number, noise = 0, seed = 1): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: seconds * slicesPerSecond }, (_, slice) => of(slice / slicesPerSecond) * (1 + noise * (2 * random() - 1)))
}

function judged(latencyP50Us: (number | null)[], cpuMsPerSecond: (number | null)[] = [], warmUpMs = 2_000) {
  const found = steadyState({ warmUpMs, latencyP50Us, cpuMsPerSecond })
  assertHonest(found)
  return found
}

const step = (at: number) => (second: number) => (second < at ? 3_000 : 1_500)
const sawtooth = (period: number) => (second: number) => 1_000 * (1 + (second % period) / period)
const flat = () => 1_000

describe('steady state (K25)', () => {
  it('cuts a server that speeds up at 8 s there, whatever the noise', () => {
    for (const noise of [0, 0.1, 0.3]) {
      for (let seed = 1; seed <= 50; seed++) {
        const { verdict, cutMs, unsteadyWindowMs } = judged(series(30, step(8), noise, seed))
        assert.equal(verdict, 'steady', `noise ${noise}, seed ${seed}`)
        assert.ok(cutMs! >= 6_000 && cutMs! <= 10_000, `noise ${noise}, seed ${seed}: ${cutMs}`)
        assert.equal(unsteadyWindowMs, cutMs! - 2_000)
      }
    }
  })

  it('finds none in a sawtooth, in a drift and in an ever slower server', () => {
    for (const noise of [0, 0.1]) {
      assert.equal(judged(series(60, sawtooth(10), noise)).verdict, 'no steady state')
      assert.equal(judged(series(30, sawtooth(4), noise)).verdict, 'no steady state')
      assert.equal(judged(series(30, (second) => 1_000 + 100 * second, noise)).verdict, 'no steady state')
    }
    const { cutMs, reasons, findings } = judged(series(60, sawtooth(10)))
    assert.deepEqual([cutMs, reasons['cutMs']], [null, 'no steady state'])
    // A sawtooth from 1 to 2 has a deviation of 1 ÷ √12 = 0.29 around a level of 1.5, 19 %; without its highest second 18 %.
    assert.equal(findings[0], 'delivery latency p50: no steady state (it varies by 18 % of its level)')
  })

  it('cuts a flat series at 0 ± 1 s, be it as noisy as the p50 of a poll', () => {
    let wrongCount = 0
    for (const noise of [0, 0.1, 0.2, 0.3]) {
      for (let seed = 1; seed <= 50; seed++) {
        const { verdict, cutMs } = judged(series(10, flat, noise, seed))
        if (verdict !== 'steady' || cutMs! > 1_000) wrongCount++
      }
    }
    assert.ok(wrongCount <= 4, `${wrongCount} of 200 flat series were called otherwise`)
  })

  it('takes one slow slice, or one a second, for no change', () => {
    const spike = series(12, flat, 0.05).map((value, slice) => (slice === 9 ? value * 20 : value))
    assert.deepEqual([judged(spike).verdict, judged(spike).cutMs], ['steady', 0])
    const collections = series(12, flat, 0.05).map((value, slice) => (slice % 4 === 1 ? value * 5 : value))
    assert.deepEqual([judged(collections).verdict, judged(collections).cutMs], ['steady', 0])
  })

  it('gives no alarm on the p50 of the short polls of a real run', () => {
    // By receipt, as a timeline has it, in ms: the slices at the start hold only what came quickly.
    const byReceipt = [
      [null, null, 250.8, 452, null, 535.1, 626.5, 1094.7, 949.1, 1184.9, 948.4, 891.6, 930.7, 924.2, 1249.7, 751.6, 901.2, 1043],
      [1048, 802.4, 1091.8, 1093.6, 1281.9, 1254.4, 961.1, 1186.7, 1081.7, 651, 875.8, 1157.8, 893.4, 737.5],
    ].flat()
    const { verdict, cutMs } = judged(byReceipt, [], 0)
    assert.equal(verdict, 'steady')
    assert.ok(cutMs! <= 2_000, `${cutMs}`)
  })

  it('says when it is too short to tell', () => {
    const found = judged(series(7, flat))
    assert.deepEqual(
      [found.verdict, found.cutMs, found.reasons['cutMs']],
      ['too short to tell', null, 'needs 8 s of traffic with deliveries'],
    )
    assert.equal(judged(new Array<null>(400).fill(null)).verdict, 'too short to tell')
    assert.equal(judged(series(8, flat)).verdict, 'steady')
  })

  it('holds server CPU to it as well, from the start of the window on', () => {
    const flatLatency = series(32, flat)
    const cpu = judged(
      flatLatency,
      series(30, (second) => (second < 3 ? 200 : 100)),
    )
    assert.deepEqual([cpu.verdict, cpu.cutMs, cpu.unsteadyWindowMs], ['steady', 5_000, 3_000])
    assert.deepEqual(cpu.findings, ['delivery latency p50: steady throughout', 'server CPU: steady from 5 s on'])
    const waves = judged(
      flatLatency,
      series(30, (second) => (second % 10 < 5 ? 200 : 100)),
    )
    assert.equal(waves.verdict, 'no steady state')
    const unread = judged(flatLatency, new Array<null>(120).fill(null))
    assert.deepEqual([unread.verdict, unread.findings[1]], ['steady', 'server CPU: too short to tell'])
  })
})

describe('latency by due instant', () => {
  it('puts each delivery into the slice in which its message was due', () => {
    const dueAtUs = Float64Array.of(1_000_000, 1_249_999, 1_250_000, 1_999_999, 2_000_000)
    const warmUp = { latenciesUs: Float64Array.of(30, 10, 20), messageOf: Uint32Array.of(0, 1, 1) }
    const measured = { latenciesUs: Float64Array.of(900_000, 7, 8), messageOf: Uint32Array.of(2, 3, 4) }
    assert.deepEqual(latencyByDue([warmUp, measured], dueAtUs, { fromAtUs: 1_000_000, untilAtUs: 2_100_000 }), [20, 900_000, null, 7])
  })
})
