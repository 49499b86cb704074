import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeliveryRecorder } from '../../src/core/recorder.ts'
import { jobFigures } from '../../src/metrics/job-figures.ts'
import { keepLedger } from '../../src/metrics/ledger.ts'

/** Messages of two sessions of two jobs, three messages a job 100 ms apart; each delivered at due + its delay, in ms, or never. */
function figuresOf(delaysMs: readonly (number | null)[], { from = 0, until = 1e9 } = {}) {
  const requestDueMs = [0, 700, 50, 900]
  const durationsMs = [200, 300, 250, 350]
  const messages = requestDueMs
    .flatMap((requestMs, job) => [0, 1, 2].map((place) => ({ job, place, dueMs: requestMs + durationsMs[job]! + place * 100 })))
    .map((message, at) => ({ ...message, delayMs: delaysMs[at]! }))
    .sort((a, b) => a.dueMs - b.dueMs)
  const dueAtUs = Float64Array.from(messages, ({ dueMs }) => dueMs * 1_000)
  const channelOfMessage = Uint32Array.from(messages, ({ job }) => job)
  const recorder = new DeliveryRecorder()
  for (const [at, { job, dueMs, delayMs }] of messages.entries()) if (delayMs !== null) recorder.add(at, job, (dueMs + delayMs) * 1_000)
  const outcome = keepLedger({
    schedule: { dueAtUs, publishedAtUs: dueAtUs, channel: channelOfMessage },
    clientChannel: Uint32Array.of(0, 1, 2, 3),
    deliveries: [recorder.bytes()],
    measuredFromAtUs: from * 1_000,
    measuredUntilAtUs: until * 1_000,
    gapMessageCount: 0,
  })
  return jobFigures({
    outcome,
    channelOfMessage,
    placeOfMessage: Uint32Array.from(messages, ({ place }) => place),
    jobsInRow: 2,
    messagesPerJob: 3,
    gapUs: 100_000,
    jobs: Uint32Array.of(0, 1, 2, 3),
    requestDueAtUs: Float64Array.from(requestDueMs, (ms) => ms * 1_000),
    requestCounts: Uint32Array.of(2, 4, 6, 8),
    durationsUs: Float64Array.from(durationsMs, (ms) => ms * 1_000),
  })
}

const even = new Array<number>(12).fill(10)

test('messages that are all as late as each other come at the pace of the plan', () => {
  const figures = figuresOf(even)
  assert.deepEqual([figures.askedCount, figures.doneCount, figures.requestCountPerJob, figures.allRequestCountPerJob], [4, 4, 5, 6])
  assert.deepEqual([figures.gapUs.count, figures.gapUs.mean, figures.gapUs.max], [8, 100_000, 100_000])
  assert.deepEqual([figures.stallCount, figures.stallRatio], [0, 0])
  // From the request: durations of 200, 300, 250 and 350 ms and 10 ms on the way.
  assert.equal(figures.firstMessageUs.mean, (200 + 300 + 250 + 350) * 250 + 10_000)
  // Session 0 is through at 700 + 300 + 200 + 10 ms, of which 200 + 200 + 300 + 200 is work; session 1 at 900 + 350 + 200 + 10.
  assert.equal(figures.chainAddedUs.mean, ((1_210 - 900 - 0) * 1_000 + (1_460 - 50 - 1_000) * 1_000) / 2)
})

test('a message that hangs is one stall, and what follows it at once is no gap of its own', () => {
  // Message 1 of job 0 comes 160 ms late and message 2 with it, 60 ms after its own due.
  const figures = figuresOf([0, 160, 60, ...new Array<number>(9).fill(0)])
  assert.deepEqual([figures.stallCount, figures.gapUs.max, figures.stallRatio], [1, 260_000, 1 / 8])
})

test('what never came is censored where it is a first message, and its job is not done', () => {
  const figures = figuresOf([null, 0, 0, 0, 0, null, ...new Array<number>(6).fill(0)])
  assert.deepEqual([figures.firstMessageUs.count, figures.firstMessageUs.censoredCount, figures.doneCount], [3, 1, 3])
  assert.equal(figures.chainAddedUs.count, 1)
})

test('only what was due in the window counts', () => {
  // Due in it: of job 0 the last two messages, of job 2 the first two.
  const figures = figuresOf(even, { from: 299, until: 300.5 + 100 })
  assert.deepEqual([figures.firstMessageUs.count, figures.doneCount, figures.requestCountPerJob], [1, 1, 2])
})
