import type { SessionSpec } from '../core/client-work.ts'
import { exponential, normal, type Random } from '../core/random.ts'
import type { Traffic } from '../core/traffic.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'

/** Every session of a trial: when it arrives, and how long its jobs take. The same for all contenders of a block. */
export type JobPlan = Omit<SessionSpec, 'sessions' | 'firstSequence'>

/** Sessions arrive as a Poisson process; durations are log-normal, drawn again until they lie within their bounds. */
export function planJobs(traffic: Traffic, trialUs: number, randomOf: (purpose: string) => Random): JobPlan {
  const arrivals = randomOf('arrivals')
  const durations = randomOf('durations')
  const { jobsInRow = 1, messagesPerJob = 1, messagesPerSecondOfJob } = traffic
  const meanGapUs = usPerSecond / traffic.jobsPerSecond!
  const arrivalsUs: number[] = []
  for (let atUs = exponential(arrivals, meanGapUs); atUs < trialUs; atUs += exponential(arrivals, meanGapUs))
    arrivalsUs.push(Math.floor(atUs))
  const jobCount = arrivalsUs.length * jobsInRow
  return {
    arrivalsUs: Float64Array.from(arrivalsUs),
    jobsInRow,
    messagesPerJob,
    gapUs: messagesPerJob === 1 ? 0 : usPerSecond / messagesPerSecondOfJob!,
    durationsUs: Float64Array.from({ length: jobCount }, () => Math.round(drawDurationMs(traffic.jobDurationMs!, durations) * usPerMs)),
  }
}

/** A draw from the log-normal law of this median and sigma within [min, max], in ms. */
export function drawDurationMs({ median, sigma, min, max }: NonNullable<Traffic['jobDurationMs']>, random: Random): number {
  for (;;) {
    const drawnMs = median * Math.exp(sigma * normal(random))
    if (drawnMs >= min && drawnMs <= max) return drawnMs
  }
}

/** The sessions of one host: every hostCount-th, so that all hosts are alike at every instant. */
export function sessionShare(plan: JobPlan, host: number, hostCount: number, firstSequence: number): SessionSpec {
  const { arrivalsUs, durationsUs, jobsInRow } = plan
  const sessions = Uint32Array.from([...arrivalsUs.keys()].filter((session) => session % hostCount === host))
  return {
    ...plan,
    sessions,
    arrivalsUs: Float64Array.from(sessions, (session) => arrivalsUs[session]!),
    durationsUs: Float64Array.from(
      [...sessions].flatMap((session) => [...durationsUs.subarray(session * jobsInRow, (session + 1) * jobsInRow)]),
    ),
    firstSequence,
  }
}
