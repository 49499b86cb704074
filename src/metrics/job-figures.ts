import type { SessionSpec } from '../core/client-work.ts'
import type { JobFigures } from '../core/result.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import type { LedgerOutcome } from './ledger.ts'
import { distribution, noDistribution } from './quantiles.ts'

/** A gap between two messages of a stream above which a reader sees it pause, in µs. */
export const stallGapUs = (msPerSecond / 4) * usPerMs

/** What jobs were asked for, and how their messages lie in the schedule. */
export interface JobsInput extends Pick<SessionSpec, 'jobsInRow' | 'messagesPerJob' | 'gapUs'> {
  outcome: LedgerOutcome
  /** By message of the schedule. */
  channelOfMessage: Uint32Array
  placeOfMessage: Uint32Array
  /** Numbers of the jobs that were asked for, ascending; the next two follow them. */
  jobs: Uint32Array
  requestDueAtUs: Float64Array
  requestCounts: Uint32Array
  /** By number of the job, of all that were planned. */
  durationsUs: Float64Array
}

/**
 * Figures of jobs: a job is the client and the channel of its number in the ledger.
 *
 * Of the measured window: first messages and gaps by the due instant of the message, jobs and rows of jobs by that of
 * their last message. A row that was not through by the end of the window is left out, slow ones a little more often.
 */
export function jobFigures(input: JobsInput): JobFigures {
  const { outcome, jobs, requestDueAtUs, requestCounts, durationsUs, jobsInRow, messagesPerJob, gapUs } = input
  const wrong = outcome.negativeCount > 0 ? `${outcome.negativeCount} deliveries came before they were due` : null
  const dueAtOf = new Map([...jobs].map((job, row) => [job, requestDueAtUs[row]!]))
  const receivedAtOf = receipts(input)
  const lastPlace = messagesPerJob - 1
  const firstsUs: number[] = []
  const gapsUs: number[] = []
  const addedUs: number[] = []
  let doneCount = 0
  let requestCount = 0
  for (const [row, job] of jobs.entries()) {
    const received = receivedAtOf.get(job)
    if (received === undefined) continue
    const first = received.get(0)
    if (first !== undefined) firstsUs.push(first - requestDueAtUs[row]!)
    for (const [place, atUs] of received) {
      const before = received.get(place - 1)
      if (before !== undefined) gapsUs.push(Math.max(0, atUs - before))
    }
    const last = received.get(lastPlace)
    if (last === undefined) continue
    doneCount++
    requestCount += requestCounts[row]!
    const arrivedAtUs = dueAtOf.get(job - jobsInRow + 1)
    if (job % jobsInRow !== jobsInRow - 1 || arrivedAtUs === undefined) continue
    let workUs = jobsInRow * Math.floor(lastPlace * gapUs)
    for (let each = job - jobsInRow + 1; each <= job; each++) workUs += durationsUs[each]!
    addedUs.push(last - arrivedAtUs - workUs)
  }
  const distributionOf = (valuesUs: number[], censoredCount: number) =>
    wrong === null ? distribution(Float64Array.from(valuesUs), { censoredCount }) : noDistribution(wrong)
  const stallCount = gapsUs.filter((valueUs) => valueUs > stallGapUs).length
  const reasons: Record<string, string> = {}
  if (doneCount === 0) for (const key of ['requestCountPerJob', 'allRequestCountPerJob']) reasons[key] = 'no job was done in the window'
  if (gapsUs.length === 0) reasons['stallRatio'] = messagesPerJob === 1 ? 'a job has one message' : 'no two messages of a job in the window'
  return {
    askedCount: jobs.length,
    doneCount,
    requestCountPerJob: doneCount === 0 ? null : requestCount / doneCount,
    // The request of the job itself.
    allRequestCountPerJob: doneCount === 0 ? null : requestCount / doneCount + 1,
    firstMessageUs: distributionOf(firstsUs, expectedFirsts(input) - firstsUs.length),
    gapUs: distributionOf(gapsUs, 0),
    stallCount,
    stallRatio: gapsUs.length === 0 ? null : stallCount / gapsUs.length,
    chainAddedUs: distributionOf(addedUs, 0),
    reasons,
  }
}

/** When each message of the window came, by job and place. */
function receipts({ outcome, placeOfMessage }: JobsInput): Map<number, Map<number, number>> {
  const receivedAtOf = new Map<number, Map<number, number>>()
  for (const [at, job] of outcome.clientOf.entries()) {
    let received = receivedAtOf.get(job)
    if (received === undefined) receivedAtOf.set(job, (received = new Map()))
    received.set(placeOfMessage[outcome.messageOf[at]!]!, outcome.receivedAtUs[at]!)
  }
  return receivedAtOf
}

/** First messages that the ledger expects in the window. */
function expectedFirsts({ outcome, placeOfMessage, channelOfMessage, jobs }: JobsInput): number {
  const asked = new Set(jobs)
  let count = 0
  for (const [message, expected] of outcome.expectedOfMessage.entries())
    if (expected > 0 && placeOfMessage[message] === 0 && asked.has(channelOfMessage[message]!)) count++
  return count
}
