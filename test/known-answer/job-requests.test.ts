import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertWhole, dueByPlanCount, isInWindow, jobTrial } from '../helpers/job-trial.ts'

const warmUpMs = 1_000

for (const transport of ['long-poll', 'sse', 'websocket']) {
  test(`job-status over ${transport}: the fewest requests that there can be`, async () => {
    const known = await jobTrial({
      transport,
      clientCount: 40,
      traffic: { jobsPerSecond: 80, jobDurationMs: { median: 400, sigma: 0.4, min: 100, max: 1_000 } },
      warmUpMs,
      measuredMs: 2_000,
    })
    const plannedCount = dueByPlanCount(known, warmUpMs)
    assertWhole(known, plannedCount)
    // A held poll has the one that subscribes before it; a stream and a socket are one.
    assert.equal(known.trial.jobs!.requestCountPerJob, transport === 'long-poll' ? 2 : 1)
    const inWindow = isInWindow(known)
    assert.equal(known.deliveries.filter(({ message }) => inWindow(message)).length, plannedCount)
  })
}
