import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { studySchema } from '../../src/core/study-result.ts'
import { studyFigures } from '../../src/report/study/figures.ts'
import { bench } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'naive-rate-'))
after(() => rmSync(folder, { recursive: true }))

const clientCount = 200
const measuredMs = 2_500
const rates = [2, 8]
const gapsMs = [0, 50, 200]

/** Share lost by a counter that is dead for a time after each event it counts: rate × gap / (1 + rate × gap). */
function law(rate: number, gapMs: number): number {
  const load = (rate * gapMs) / 1_000
  return load / (1 + load)
}

/** Least and most by the two models of naive-long-poll.test.ts: timer, turn of the loop and transit lengthen a gap by a few ms. */
function bounds(rate: number, gapMs: number): [low: number, high: number] {
  const expectedCount = (clientCount * rate * measuredMs) / 1_000
  const [low, high] = [law(rate, Math.max(0, gapMs - 10)), law(rate, gapMs + 20)]
  // Three standard deviations of a share of so many messages; losses after one delivery are not independent, which only narrows it.
  const room = (share: number): number => 3 * Math.sqrt((share * (1 - share)) / expectedCount)
  return [low - room(low), high + room(high)]
}

test('the lost share of a long poll without a cursor is rate × gap / (1 + rate × gap) along the rate, and 0 with one', async () => {
  const file = JSON.parse(readFileSync(join(packageRoot(), 'scenarios/naive-long-poll.json'), 'utf8'))
  const path = join(folder, 'naive.json')
  writeFileSync(
    path,
    JSON.stringify({ ...file, ...file.quick, $schema: undefined, quick: undefined, clientCount, phases: { warmUpMs: 500, measuredMs } }),
  )
  const ended = await bench([path, '--json', '--charts', 'off', '--retries', '0', '--out', join(folder, 'out')])
  assertRan(ended, join(folder, 'out'))
  const document = studySchema.parse(JSON.parse(ended.stdout))
  assert.deepEqual(
    document.points.map(({ values }) => values),
    rates.map((rate) => [rate]),
  )
  const shares = document.points.map(({ rows }) =>
    document.contenders.map(({ label }) => rows.find(({ contender }) => contender === label)!.metrics.lostRatio!.median!),
  )
  for (const [at, rate] of rates.entries()) {
    for (const [gap, gapMs] of gapsMs.entries()) {
      const [low, high] = bounds(rate, gapMs)
      const share = shares[at]![gap]!
      assert.ok(share >= low && share <= high, `${share} at ${rate}/s and a gap of ${gapMs} ms, expected ${low} to ${high}`)
    }
    // The last contender has a cursor, and the longest gap.
    assert.equal(shares[at]!.at(-1), 0)
  }
  // 8/s with 50 ms and 2/s with 200 ms are one load of the dead time, 0.4: 2/7 are lost of both.
  assert.ok(Math.abs(shares[1]![1]! - 2 / 7) < 0.07 && Math.abs(shares[0]![2]! - 2 / 7) < 0.07, JSON.stringify(shares))
  const chart = studyFigures(document).find(({ id }) => id === 'along-lostRatio')
  assert.match(chart!.title, /lost share .*messages per second/i)
})
