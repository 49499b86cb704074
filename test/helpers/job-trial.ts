import assert from 'node:assert/strict'
import { runKnownTrial, type KnownTrial, type KnownTrialOptions } from '../../src/calibrate/known-trial.ts'

type JobTraffic = Omit<KnownTrialOptions['traffic'], 'pattern'>

/** A trial of sessions that ask for jobs; one job of one message each, unless the traffic says otherwise. */
export function jobTrial(known: Omit<KnownTrialOptions, 'traffic'> & { traffic: JobTraffic }): Promise<KnownTrial> {
  return runKnownTrial({ ...known, traffic: { pattern: 'jobs', jobsInRow: 1, messagesPerJob: 1, ...known.traffic } })
}

/** Messages of first jobs that fall due in the measured window, by the plan alone: arrival + duration + place × gap. */
export function dueByPlanCount({ jobs, fromAtUs, untilAtUs }: KnownTrial, warmUpMs: number): number {
  const { arrivalsUs, durationsUs, jobsInRow, messagesPerJob, gapUs } = jobs!
  const fromUs = warmUpMs * 1_000
  const untilUs = fromUs + untilAtUs - fromAtUs
  return [...arrivalsUs].reduce((count, arrivalUs, session) => {
    const firstUs = arrivalUs + durationsUs[session * jobsInRow]!
    const dueUs = Array.from({ length: messagesPerJob }, (_, place) => firstUs + Math.floor(place * gapUs))
    return count + dueUs.filter((us) => us >= fromUs && us < untilUs).length
  }, 0)
}

/** True of a message that was due in the measured window. */
export function isInWindow({ dueAtUs, fromAtUs, untilAtUs }: KnownTrial): (message: number) => boolean {
  return (message) => dueAtUs[message]! >= fromAtUs && dueAtUs[message]! < untilAtUs
}

/** All that was expected came once and nothing else, and both sides count the same requests. */
export function assertWhole({ trial }: KnownTrial, expected: number): void {
  const { expectedCount, deliveredCount, unexpectedCount, duplicatedCount } = trial.ledger
  assert.deepEqual([expectedCount, deliveredCount, unexpectedCount, duplicatedCount], [expected, expected, 0, 0])
  const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount, upstream, serverSeenCount } = trial.requests
  assert.equal(sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount)
  assert.equal(upstream!.sentCount, upstream!.completedCount + upstream!.failedCount + upstream!.inFlightAtEndCount)
  assert.deepEqual([serverSeenCount, upstream!.serverSeenCount], [sentCount, upstream!.sentCount])
  assert.equal(trial.clients.askedCount, trial.clients.subscribedCount)
}
