import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

const clientCount = 100
const pollIntervalMs = 1_000
const bucketMs = 50

/** Where in the poll interval each client receives, in ms: its median over all messages, so that a late poll or two do not count. */
async function momentsOf(inPhase: boolean): Promise<number[]> {
  const { deliveries, trial } = await runKnownTrial({
    transport: 'short-poll',
    options: { pollIntervalMs },
    clientCount,
    traffic: { messagesPerSecondPerChannel: 5 },
    warmUpMs: 0,
    measuredMs: 3_000,
    inPhase,
  })
  assert.equal(trial.ledger.lostCount, 0)
  const momentsMs = Array.from({ length: clientCount }, () => [] as number[])
  for (const { client, receivedAtUs } of deliveries) momentsMs[client]!.push((receivedAtUs / 1_000) % pollIntervalMs)
  return momentsMs.map((moments) => moments.toSorted((a, b) => a - b)[Math.floor(moments.length / 2)]!)
}

test('in phase, all polls of an interval are answered within 50 ms', async () => {
  const moments = await momentsOf(true)
  assert.ok(Math.max(...moments) <= bucketMs, `the latest comes ${Math.max(...moments)} ms after its slot`)
})

test('otherwise no 50 ms of the interval hold more than 15 % of the clients', async () => {
  const counts = new Array<number>(pollIntervalMs / bucketMs).fill(0)
  for (const moment of await momentsOf(false)) counts[Math.floor(moment / bucketMs)]!++
  assert.ok(Math.max(...counts) <= 0.15 * clientCount, `buckets: ${counts.join(' ')}`)
})
