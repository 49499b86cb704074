import type { TrialResult } from '../core/result.ts'
import { jobFigures } from '../metrics/job-figures.ts'
import type { LedgerOutcome } from '../metrics/ledger.ts'
import { distribution, noDistribution } from '../metrics/quantiles.ts'
import type { TrialObservation } from '../trial/observation.ts'

/** What the clients sent, by their count and by the server's; undefined when they send nothing in this trial. */
export function upstreamCounts({ schedule, clientHosts, server, spec }: TrialObservation): TrialResult['requests']['upstream'] {
  if (schedule.senders === undefined && spec.scenario.traffic.pattern !== 'jobs') return undefined
  const sum = (key: keyof (typeof clientHosts)[number]['upstream']): number =>
    clientHosts.reduce((total, { upstream }) => total + upstream[key], 0)
  return {
    sentCount: sum('sentCount'),
    completedCount: sum('completedCount'),
    failedCount: sum('failedCount'),
    inFlightAtEndCount: sum('inFlightAtEndCount'),
    serverSeenCount: server?.counters.upstreamCount ?? null,
  }
}

/** From the instant at which a message was due at its sender to its receipt by that same client. They are in the ledger and in the delivery latency too. */
export function echoLatency(
  senders: Uint32Array,
  outcome: LedgerOutcome,
  subscribed: Uint32Array,
  nobody: number,
): TrialResult['echoLatencyUs'] {
  if (outcome.negativeCount > 0) return noDistribution(`${outcome.negativeCount} deliveries came before they were due`)
  const echoes = outcome.latenciesUs.filter((_, at) => senders[outcome.messageOf[at]!] === outcome.clientOf[at])
  let expectedCount = 0
  for (const [message, sender] of senders.entries())
    if (outcome.expectedOfMessage[message]! > 0 && (subscribed[sender] ?? nobody) !== nobody) expectedCount++
  return distribution(echoes, { censoredCount: expectedCount - echoes.length })
}

/** What the jobs of a trial took, waited and cost. */
export function figuresOfJobs({ schedule }: TrialObservation, jobs: NonNullable<TrialObservation['jobs']>, outcome: LedgerOutcome) {
  const { jobs: asked, plan, placeOfMessage, dueAtUs: requestDueAtUs, requestCounts } = jobs
  return jobFigures({ outcome, channelOfMessage: schedule.channels, placeOfMessage, jobs: asked, requestDueAtUs, requestCounts, ...plan })
}
