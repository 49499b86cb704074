import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { studySchema } from '../../src/core/study-result.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { bench } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'everyone-'))
after(() => rmSync(folder, { recursive: true }))

/** Each of N clients sends every 5 s and all N receive it. */
const expectedPerSecond = (clientCount: number): number => (clientCount * clientCount) / 5

suite('everyone speaks', () => {
  test('the scenario asks for N × N / 5 deliveries a second at each of its points: 2,000, 32,000, 128,000, 288,000', () => {
    for (const isQuick of [false, true]) {
      const { study } = loadScenario('everyone-speaks', { values: [], isQuick })
      assert.ok(study?.kind === 'sweep')
      assert.deepEqual(
        study.points.map(({ scenario: { clientCount, traffic } }) => [clientCount, clientCount * traffic.messagesPerSecondPerChannel]),
        (isQuick ? [100, 200, 400] : [100, 400, 800, 1_200]).map((clientCount) => [clientCount, expectedPerSecond(clientCount)]),
      )
    }
  })

  test('at 50 and 100 clients every contender delivers N × N / 5 in a second, and nobody is said to be saturated', async () => {
    const path = join(folder, 'small.json')
    const file = JSON.parse(readFileSync(join(packageRoot(), 'scenarios/everyone-speaks.json'), 'utf8'))
    const point = (value: number) => ({ value, with: { 'traffic.messagesPerSecondPerChannel': value / 5 } })
    writeFileSync(
      path,
      JSON.stringify({
        ...file,
        $schema: undefined,
        // An interval that fits into the window.
        contenders: [{ transport: 'short-poll', pollIntervalMs: 250 }, ...file.contenders.slice(1)],
        ...file.quick,
        quick: undefined,
        sweep: { clientCount: [point(50), point(100)] },
      }),
    )
    const ended = await bench([path, '--json', '--charts', 'off', '--retries', '0', '--out', join(folder, 'out')])
    assertRan(ended, join(folder, 'out'))
    const document = studySchema.parse(JSON.parse(ended.stdout))
    for (const { values, expectedDeliveriesPerSecond, loads, rows } of document.points) {
      const expected = expectedPerSecond(values[0]!)
      assert.equal(expectedDeliveriesPerSecond, expected)
      assert.equal(loads!.length, 4)
      for (const { contender, deliveriesPerSecond, isSaturated } of loads!) {
        assert.ok(deliveriesPerSecond! >= 0.98 * expected && deliveriesPerSecond! <= expected, `${contender} ${deliveriesPerSecond}`)
        assert.equal(isSaturated, false, `${contender}: ${ended.stderr.slice(-500)}`)
      }
      for (const { ledger } of rows) assert.equal(ledger.lostCount, 0)
    }
  })
})
