import type { TransportProfile } from '../../core/profile-result.ts'
import { usPerMs, usPerSecond } from '../../core/units.ts'
import { longPollWaitMs, type Activity, type InstanceLoad } from './activity.ts'
import { priceOf, type Evaluated } from './prediction.ts'
import type { ModelTransport, Workload } from './workload.ts'

/** Quantiles that are predicted. */
export const latencyQuantiles = { deliveryLatencyP50Us: 0.5, deliveryLatencyP99Us: 0.99 } as const

export type LatencyFigure = keyof typeof latencyQuantiles

/** One instance, as it is loaded. */
export interface Loaded {
  workload: Workload
  load: InstanceLoad
  activity: Activity
  utilisation: number
}

/**
 * Delivery latency of one instance at a quantile: wait for the poll (short polling: uniform over the interval; long polling:
 * in the round trip between two) + transit + readers per message × cost per reader + wait in the queue + half a round trip.
 *
 * The queue is M/G/1 with two kinds of work, messages with their whole fan-out and all other turns of the loop: mean wait
 * by Pollaczek and Khinchine, its tail taken as exponential. It knows nothing of bursts, collections and other processes.
 * Quantiles of the parts are added up, which overstates a tail that several parts share.
 *
 * @returns null at a utilisation of 1 or more: the queue then only grows
 */
export function latencyOf(transport: ModelTransport, profile: TransportProfile, loaded: Loaded, figure: LatencyFigure): Evaluated | null {
  if (loaded.utilisation >= 1) return null
  const isMedian = figure === 'deliveryLatencyP50Us'
  const transit = profile.latency[isMedian ? 'transitP50Us' : 'transitP99Us']
  const perReader = profile.latency[isMedian ? 'perReaderP50Us' : 'perReaderP99Us']
  const readers = readersOf(transport, loaded)
  const knownUs = pollingPartUs(transport, loaded.workload, figure) + queuePartUs(transport, profile, loaded, figure)
  const at = (end: keyof Evaluated): number => knownUs + transit[end] + readers * Math.max(0, perReader[end])
  return { value: at('value'), low: at('low'), high: at('high') }
}

/** Clients that a message goes to one after the other: none in short polling, where each comes in its own time. */
export function readersOf(transport: ModelTransport, { load, activity }: Pick<Loaded, 'load' | 'activity'>): number {
  return transport === 'short-poll' || activity.deliveries === 0 ? 0 : load.fanOutCount
}

/** Latency from polling and the network: the wait for the next poll, and half a round trip. */
export function pollingPartUs(transport: ModelTransport, workload: Workload, figure: LatencyFigure): number {
  return (pollWaitMs(transport, workload, latencyQuantiles[figure]) + workload.roundTripMs / 2) * usPerMs
}

function pollWaitMs(transport: ModelTransport, workload: Workload, quantile: number): number {
  const { messagesPerSecondPerClient: rate, pollIntervalMs, holdTimeMs, roundTripMs } = workload
  if (transport === 'short-poll') return quantile * pollIntervalMs
  return transport === 'long-poll' ? longPollWaitMs(quantile, rate, holdTimeMs, roundTripMs) : 0
}

/** Wait behind other work at a quantile: no wait with probability 1 − utilisation, otherwise an exponential one. */
export function queuePartUs(transport: ModelTransport, { fits }: TransportProfile, loaded: Loaded, figure: LatencyFigure): number {
  const { workload, load, activity, utilisation } = loaded
  const share = utilisation / (1 - latencyQuantiles[figure])
  if (share <= 1) return 0
  const price = (id: keyof Activity): number => priceOf(fits.serverCpu, id).value
  const each = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
  const pollUs = price('polls') + price('answeredPolls') * each(activity.answeredPolls, activity.polls)
  const readerUs = price('deliveries') + price('payload') * workload.payloadBytes + (transport === 'long-poll' ? pollUs : 0)
  const fanOutUs = transport === 'short-poll' ? 0 : load.fanOutCount * readerUs
  const messageUs = price('messages') + price('batches') * each(activity.batches, activity.messages) + fanOutUs
  const turnUs =
    price('wakes') * each(activity.wakes, activity.turns) +
    each(pollUs * (activity.turns - activity.upstream) + price('upstream') * activity.upstream, activity.turns)
  // At equal gaps no message waits for another one.
  const behindMessages = workload.arrivals === 'constant' ? 0 : load.messagesPerSecond * messageUs ** 2
  const squares = behindMessages + activity.turns * turnUs ** 2 + activity.heartbeats * price('heartbeats') ** 2
  const meanUs = squares / usPerSecond / (2 * (1 - utilisation))
  return (meanUs / utilisation) * Math.log(share)
}
