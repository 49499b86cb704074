import { leastLogLimits, type LogLimits } from '../core/log-limits.ts'
import { lineBytesOf, mostMessages } from './channel-volume.ts'
import { plannedWaits, type PlannedTrial } from './planned-waits.ts'
import { probeMessagesPerSecond } from './probe.ts'

/** A poll that is still under way at its next slot is left out: its client is then away for two intervals. */
const absences = 2

/** What a server's log keeps of each channel, so that a client misses nothing which comes back as planned, or as late as its timeout allows. */
export function logLimitsOf(trial: PlannedTrial): LogLimits {
  const { contender, scenario } = trial
  const { traffic } = scenario
  const awayMs = absences * (plannedWaits(trial).absenceMs + contender.timeoutMarginMs)
  const ofProbe = { ...traffic, pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: probeMessagesPerSecond } as const
  const count = Math.max(mostMessages(traffic, awayMs), mostMessages(ofProbe, awayMs))
  return {
    keptCount: Math.max(leastLogLimits.keptCount, count),
    keptBytes: Math.max(leastLogLimits.keptBytes, count * lineBytesOf(traffic)),
  }
}
