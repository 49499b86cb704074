import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KnownTrial } from '../../src/calibrate/known-trial.ts'
import { seededRandom } from '../../src/core/random.ts'
import { assertWhole, dueByPlanCount, isInWindow, jobTrial } from '../helpers/job-trial.ts'

const fixed = (medianMs: number) => ({ median: medianMs, sigma: 0, min: 0, max: 3_600_000 })

/** Delays of the window's messages, in µs, with the message's due instant and client. */
function delaysOf(known: KnownTrial) {
  const { deliveries, dueAtUs } = known
  const inWindow = isInWindow(known)
  return deliveries
    .filter(({ message }) => inWindow(message))
    .map(({ message, client, receivedAtUs }) => ({ client, dueAtUs: dueAtUs[message]!, delayUs: receivedAtUs - dueAtUs[message]! }))
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

test('job-status over short polling: the result waits for the next slot of its client, T/2 on average, and takes D/T + 2 polls', async () => {
  // Long against what request and timer add: 5 % of half an interval are 40 ms.
  const pollIntervalMs = 1_600
  const warmUpMs = 3_200
  const known = await jobTrial({
    transport: 'short-poll',
    options: { pollIntervalMs },
    clientCount: 100,
    traffic: {
      jobsPerSecond: 60,
      jobDurationMs: { median: 600, sigma: 0.4, min: 200, max: 1_500 },
    },
    warmUpMs,
    measuredMs: 8_000,
    clientHostCount: 2,
  })
  assertWhole(known, dueByPlanCount(known, warmUpMs))
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

test('llm-stream: all tokens of the window come, first after the fixed time of the job, then at 1000 ÷ 40 ms', async () => {
  const warmUpMs = 1_500
  const known = await jobTrial({
    transport: 'sse',
    clientCount: 15,
    traffic: {
      jobsPerSecond: 12,
      jobDurationMs: fixed(300),
      messagesPerJob: 40,
      messagesPerSecondOfJob: 40,
      messageBytes: 32,
    },
    warmUpMs,
    measuredMs: 3_000,
    clientHostCount: 2,
  })
  // Every token whose due instant lies in the window.
  assertWhole(known, dueByPlanCount(known, warmUpMs))
  const { firstMessageUs, gapUs, stallRatio } = known.trial.jobs!
  assert.ok(firstMessageUs.p50! >= 300_000 && firstMessageUs.p50! < 330_000, `first token after ${firstMessageUs.p50} µs`)
  // Whatever each is late, gaps add up to the span between first and last.
  assert.ok(Math.abs(gapUs.mean! / 25_000 - 1) < 0.01, `mean gap ${gapUs.mean} µs`)
  assert.ok(Math.abs(gapUs.p50! / 25_000 - 1) < 0.2, `middle gap ${gapUs.p50} µs`)
  assert.ok(stallRatio! < 0.01)
})

test('ai-pipeline over short polling: three jobs in a row add three times half an interval', async () => {
  // 8 % of what three jobs add are 86 ms.
  const pollIntervalMs = 720
  const jobsInRow = 3
  const warmUpMs = 5_000
  const known = await jobTrial({
    transport: 'short-poll',
    options: { pollIntervalMs },
    clientCount: 100,
    traffic: {
      jobsPerSecond: 21,
      jobDurationMs: { median: 300, sigma: 0.4, min: 100, max: 900 },
      jobsInRow,
    },
    warmUpMs,
    measuredMs: 6_000,
    clientHostCount: 2,
  })
  // When the later jobs of a row are asked for, the trial itself decides; its schedule keeps it. A channel is a job.
  const due = [...known.dueAtUs.keys()].filter(isInWindow(known))
  const placesInRow = due.map((message) => known.channelOfMessage[message]! % jobsInRow)
  assertWhole(known, due.length)
  assert.equal(placesInRow.filter((place) => place === 0).length, dueByPlanCount(known, warmUpMs))
  const { chainAddedUs } = known.trial.jobs!
  assert.equal(chainAddedUs.count, placesInRow.filter((place) => place === jobsInRow - 1).length)
  const addedMs = chainAddedUs.mean! / 1_000
  assert.ok(Math.abs(addedMs / ((jobsInRow * pollIntervalMs) / 2) - 1) < 0.08, `${addedMs} ms added`)
})
