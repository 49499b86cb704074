import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { resultSchema, type TrialResult } from '../../src/core/result.ts'
import { bench } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'

const out = mkdtempSync(join(tmpdir(), 'fresh-trials-'))
after(() => rmSync(out, { recursive: true, force: true }))
const baselineToleranceBytes = 5 * 1_048_576

suite('blocks in fresh processes', () => {
  let trials: TrialResult[] = []
  let folder = ''
  let printed = ''

  test('a run of two blocks ends with a document that fits the schema', async () => {
    const load = [
      '--clients',
      '50',
      '--rate',
      '20',
      '--warmup',
      '200ms',
      '--measured',
      '1s',
      '--transports',
      'sse,websocket',
      '--blocks',
      '2',
    ]
    const ended = await bench(['smoke', ...load, '--charts', 'off', '--retries', '0', '--out', out])
    assertRan(ended, out)
    printed = ended.stdout
    folder = join(out, 'smoke', readdirSync(join(out, 'smoke'))[0]!)
    const document = resultSchema.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')))
    trials = document.trials
    assert.deepEqual(
      document.plan.blockOrder.map((order) => order.toSorted()),
      [
        ['sse', 'websocket'],
        ['sse', 'websocket'],
      ],
    )
    assert.notEqual(document.calibration.control, null)
  })

  // A trial never starts from what another has left behind.
  test('the server starts from the same memory in each block, whichever contender came before', () => {
    for (const contender of ['sse', 'websocket']) {
      const baselines = trials.filter((trial) => trial.contender === contender).map((trial) => trial.server.memory.baseline.rssBytes!)
      assert.equal(baselines.length, 2)
      assert.ok(Math.abs(baselines[0]! - baselines[1]!) <= baselineToleranceBytes, baselines.join(' and '))
    }
  })

  test('base, idle, peak and after stand in the result, and every pair is accounted for', () => {
    for (const { ledger, server, clients } of trials) {
      // 20 messages/s for 1 s to 50 clients.
      assert.equal(ledger.expectedCount, 1_000)
      assert.equal(ledger.expectedCount, ledger.deliveredCount + ledger.lostCount + ledger.corruptedCount + ledger.notReceivedCount)
      assert.deepEqual([ledger.lostCount, ledger.duplicatedCount, ledger.reorderedCount, ledger.unexpectedCount], [0, 0, 0, 0])
      assert.deepEqual([clients.askedCount, clients.subscribedCount], [50, 50])
      for (const point of [server.memory.baseline, server.memory.idle, server.memory.after]) assert.deepEqual(point.reasons, {})
      assert.ok(server.memory.peakRssBytes! > 0)
      assert.equal(server.descriptors.afterCount, server.descriptors.baselineCount)
    }
  })

  test('what was printed and the reports come again, the same to the byte, from result.json alone', async () => {
    const before = readFileSync(join(folder, 'report.md'), 'utf8')
    const html = readFileSync(join(folder, 'report.html'), 'utf8')
    const ended = await bench(['report', folder, '--charts', 'off'])
    assert.equal(ended.code, 0, ended.stderr)
    assert.equal(ended.stdout, printed)
    assert.equal(readFileSync(join(folder, 'report.md'), 'utf8'), before)
    assert.equal(readFileSync(join(folder, 'report.html'), 'utf8'), html)
  })
})
