import type { Scenario } from '../core/scenario.ts'
import { msPerSecond } from '../core/units.ts'
import { wakesPerSecond } from './traffic-plan.ts'

type Traffic = Scenario['traffic']

/** What a line of the wire format adds to a message's data: keys, quotes, the cursor. An upper bound. */
const lineOverheadBytes = 64
/** A Poisson count lies above its mean by more than this many standard deviations once in a thousand million. */
const poissonDeviations = 6
/**
 * Longest time for which a client that reads all the time may stall: its host is then at fault, and gates have made
 * the trial invalid long before. What comes for it meanwhile must not count as the queue of a slow consumer.
 */
const readerPauseMs = 2_000

/** Bytes of one message as every transport delivers it, with what its framing adds; an upper bound. */
export function lineBytesOf({ messageBytes }: Pick<Traffic, 'messageBytes'>): number {
  return messageBytes + lineOverheadBytes
}

/** Most messages that one channel may see in any time of this length: whole bursts, and the reach of a Poisson count. */
export function mostMessages(traffic: Traffic, ms: number): number {
  const { pattern, arrivals, messagesPerSecondPerChannel, messagesPerJob = 1, messagesPerSecondOfJob = 0, burstCount = 1 } = traffic
  const seconds = ms / msPerSecond
  if (pattern === 'jobs') return Math.min(messagesPerJob, Math.floor(seconds * messagesPerSecondOfJob) + 1)
  if (messagesPerSecondPerChannel === 0) return 0
  if (arrivals === 'burst') return (Math.floor(seconds * wakesPerSecond(traffic)) + 1) * burstCount
  const mean = seconds * messagesPerSecondPerChannel
  return 1 + (arrivals === 'constant' ? Math.floor(mean) : Math.ceil(mean + poissonDeviations * Math.sqrt(mean)))
}

/** What an option of a transport may have to hold, in bytes. What falls due while the server is frozen comes at once after it. */
export function sizesOf({ traffic, faults = [] }: Pick<Scenario, 'traffic' | 'faults'>): Record<'message' | 'queue', number> {
  const lineBytes = lineBytesOf(traffic)
  const longestFreezeMs = Math.max(0, ...faults.map((fault) => (fault.kind === 'freeze' ? fault.durationMs : 0)))
  return { message: lineBytes, queue: lineBytes * Math.max(1, mostMessages(traffic, readerPauseMs + longestFreezeMs)) }
}
