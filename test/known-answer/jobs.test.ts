import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial, type KnownTrial } from '../../src/calibrate/known-trial.ts'
import { seededRandom } from '../../src/core/random.ts'

const fixed = (medianMs: number) => ({ median: medianMs, sigma: 0, min: 0, max: 3_600_000 })

function assertWhole({ trial }: KnownTrial): void {
  const { expectedCount, deliveredCount, unexpectedCount, duplicatedCount } = trial.ledger
  assert.ok(expectedCount > 0)
  assert.deepEqual([deliveredCount, unexpectedCount, duplicatedCount], [expectedCount, 0, 0])
  const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount, upstream, serverSeenCount } = trial.requests
  assert.equal(sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount)
  assert.equal(upstream!.sentCount, upstream!.completedCount + upstream!.failedCount + upstream!.inFlightAtEndCount)
  assert.deepEqual([serverSeenCount, upstream!.serverSeenCount], [sentCount, upstream!.sentCount])
  assert.equal(trial.clients.askedCount, trial.clients.subscribedCount)
}

/** Delays of the window's messages, in µs, with the message's due instant and client. */
function delaysOf({ deliveries, dueAtUs, fromAtUs, untilAtUs }: KnownTrial) {
  return deliveries
    .filter(({ message }) => dueAtUs[message]! >= fromAtUs && dueAtUs[message]! < untilAtUs)
    .map(({ message, client, receivedAtUs }) => ({ client, dueAtUs: dueAtUs[message]!, delayUs: receivedAtUs - dueAtUs[message]! }))
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

test('job-status over short polling: the result waits for the next slot of its client, T/2 on average, and takes D/T + 2 polls', async () => {
  // Long against the few ms that request and timer add.
  const pollIntervalMs = 800
  const known = await runKnownTrial({
    transport: 'short-poll',
    options: { pollIntervalMs },
    clientCount: 100,
    traffic: {
      pattern: 'jobs',
      jobsPerSecond: 150,
      jobDurationMs: { median: 600, sigma: 0.4, min: 200, max: 1_500 },
      jobsInRow: 1,
      messagesPerJob: 1,
    },
    warmUpMs: 1_500,
    measuredMs: 6_000,
    clientHostCount: 2,
  })
  assertWhole(known)
  const delays = delaysOf(known)
  // The slot that the seed gives each client: the first at phase + k × T from the due instant on.
  const intervalUs = pollIntervalMs * 1_000
  const slotDelays = delays.map(({ client, dueAtUs }) => {
    const phaseUs = Math.floor(seededRandom(known.seed, `client ${client}`)() * intervalUs)
    return Math.ceil((dueAtUs - phaseUs) / intervalUs) * intervalUs + phaseUs - dueAtUs
  })
  const meanMs = mean(delays.map(({ delayUs }) => delayUs)) / 1_000
  assert.ok(Math.abs(mean(slotDelays) / (intervalUs / 2) - 1) < 0.07, `the seed's own phases: ${mean(slotDelays) / 1_000} ms`)
  assert.ok(
    Math.abs(meanMs - mean(slotDelays) / 1_000) < 0.05 * (pollIntervalMs / 2),
    `mean delay ${meanMs} ms, slots ${mean(slotDelays) / 1_000} ms`,
  )
  const durationsMs = delays.map(({ client }) => known.jobs!.durationsUs[client]! / 1_000)
  const polls = mean(durationsMs) / pollIntervalMs + 2
  const { requestCountPerJob, allRequestCountPerJob } = known.trial.jobs!
  assert.ok(Math.abs(requestCountPerJob! / polls - 1) < 0.05, `${requestCountPerJob} polls a job, ${polls} by arithmetic`)
  assert.equal(allRequestCountPerJob, requestCountPerJob! + 1)
})

for (const transport of ['long-poll', 'sse', 'websocket']) {
  test(`job-status over ${transport}: the fewest requests that there can be`, async () => {
    const known = await runKnownTrial({
      transport,
      clientCount: 40,
      traffic: {
        pattern: 'jobs',
        jobsPerSecond: 80,
        jobDurationMs: { median: 400, sigma: 0.4, min: 100, max: 1_000 },
        jobsInRow: 1,
        messagesPerJob: 1,
      },
      warmUpMs: 1_000,
      measuredMs: 2_000,
    })
    assertWhole(known)
    // A held poll has the one that subscribes before it; a stream and a socket are one.
    assert.equal(known.trial.jobs!.requestCountPerJob, transport === 'long-poll' ? 2 : 1)
    assert.ok(delaysOf(known).length === known.trial.ledger.expectedCount)
  })
}

test('llm-stream: all tokens of the window come, first after the fixed time of the job, then at 1000 ÷ 40 ms', async () => {
  const known = await runKnownTrial({
    transport: 'sse',
    clientCount: 15,
    traffic: {
      pattern: 'jobs',
      jobsPerSecond: 12,
      jobDurationMs: fixed(300),
      jobsInRow: 1,
      messagesPerJob: 40,
      messagesPerSecondOfJob: 40,
      messageBytes: 32,
    },
    warmUpMs: 1_500,
    measuredMs: 3_000,
    clientHostCount: 2,
  })
  assertWhole(known)
  const { firstMessageUs, gapUs, stallRatio } = known.trial.jobs!
  const { arrivalsUs, durationsUs } = known.jobs!
  // Every token whose due instant lies in the window, by the plan alone.
  let expected = 0
  for (const [session, atUs] of arrivalsUs.entries())
    for (let k = 0; k < 40; k++) {
      const dueUs = atUs + durationsUs[session]! + k * 25_000
      if (dueUs >= 1.5e6 && dueUs < 4.5e6) expected++
    }
  assert.equal(known.trial.ledger.expectedCount, expected)
  assert.ok(firstMessageUs.p50! >= 300_000 && firstMessageUs.p50! < 310_000, `first token after ${firstMessageUs.p50} µs`)
  // Whatever each is late, gaps add up to the span between first and last.
  assert.ok(Math.abs(gapUs.mean! / 25_000 - 1) < 0.01, `mean gap ${gapUs.mean} µs`)
  assert.ok(Math.abs(gapUs.p50! / 25_000 - 1) < 0.1, `middle gap ${gapUs.p50} µs`)
  assert.ok(stallRatio! < 0.01)
})

test('ai-pipeline over short polling: three jobs in a row add three times half an interval', async () => {
  const pollIntervalMs = 300
  const known = await runKnownTrial({
    transport: 'short-poll',
    options: { pollIntervalMs },
    clientCount: 100,
    traffic: {
      pattern: 'jobs',
      jobsPerSecond: 60,
      jobDurationMs: { median: 300, sigma: 0.4, min: 100, max: 900 },
      jobsInRow: 3,
      messagesPerJob: 1,
    },
    warmUpMs: 2_500,
    measuredMs: 6_000,
    clientHostCount: 2,
  })
  assertWhole(known)
  const { chainAddedUs } = known.trial.jobs!
  assert.ok(chainAddedUs.count > 200)
  const addedMs = chainAddedUs.mean! / 1_000
  assert.ok(Math.abs(addedMs / ((3 * pollIntervalMs) / 2) - 1) < 0.08, `${addedMs} ms added`)
})
