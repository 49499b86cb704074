import type { TransportProfile } from '../core/profile-result.ts'
import type { Activity, InstanceLoad } from './activity.ts'
import { priceOf, type Evaluated } from './prediction.ts'
import type { ModelTransport, Workload } from './workload.ts'

const usPerMs = 1_000
const usPerSecond = 1_000_000

/** Quantiles that are foretold. */
export const latencyQuantiles = { deliveryLatencyP50Us: 0.5, deliveryLatencyP99Us: 0.99 } as const

export type LatencyFigure = keyof typeof latencyQuantiles

/**
 * Delivery latency of one instance at a quantile: wait for the poll (uniform over the interval; short polling only) +
 * place in the fan-out (uniform) + wait in the queue + transit.
 *
 * The queue is M/G/1 with two kinds of work, messages with their whole fan-out and all other turns of the loop: mean wait
 * by Pollaczek and Khinchine, its tail taken as exponential. It knows nothing of bursts, collections and other processes.
 * Quantiles of the parts are added up, which overstates a tail that several parts share.
 *
 * @returns null at a utilisation of 1 or more: the queue then only grows
 */
export function latencyOf(
  transport: ModelTransport,
  profile: TransportProfile,
  { workload, load, activity, utilisation }: { workload: Workload; load: InstanceLoad; activity: Activity; utilisation: number },
  figure: LatencyFigure,
): Evaluated | null {
  if (utilisation >= 1) return null
  const q = latencyQuantiles[figure]
  const transit = profile.latency[figure === 'deliveryLatencyP50Us' ? 'transitP50Us' : 'transitP99Us']
  const perDelivery = deliveryPriceUs(transport, profile, workload)
  const intervalUs = transport === 'short-poll' ? q * workload.pollIntervalMs * usPerMs : 0
  const roadUs = (workload.roundTripMs * usPerMs) / 2
  const at = (end: keyof Evaluated): number => {
    const fanOutUs = transport === 'short-poll' ? 0 : load.fanOutCount * perDelivery[end]
    const messageUs = priceOf(profile.fits.serverCpu, 'messages')[end] + fanOutUs
    return intervalUs + roadUs + transit[end] + q * fanOutUs + queueUs(messageUs, load, activity, utilisation, q)
  }
  return { value: at('value'), low: at('low'), high: at('high') }
}

/** Processor time that one more reader of a message costs, in µs. A held poll is answered and asked again. */
export function deliveryPriceUs(
  transport: ModelTransport,
  { fits }: TransportProfile,
  { payloadBytes }: Pick<Workload, 'payloadBytes'>,
): Evaluated {
  const parts = [priceOf(fits.serverCpu, 'deliveries'), scaled(priceOf(fits.serverCpu, 'payload'), payloadBytes)]
  if (transport === 'long-poll') parts.push(priceOf(fits.serverCpu, 'polls'), priceOf(fits.serverCpu, 'answeredPolls'))
  return parts.reduce((sum, part) => ({ value: sum.value + part.value, low: sum.low + part.low, high: sum.high + part.high }))
}

/** Quantile of the wait in the queue: nobody waits with a chance of 1 − utilisation, the others exponentially. */
function queueUs(messageUs: number, load: InstanceLoad, activity: Activity, utilisation: number, q: number): number {
  const share = utilisation / (1 - q)
  if (share <= 1) return 0
  const messages = load.messagesPerSecond / usPerSecond
  const others = Math.max(0, activity.turns / usPerSecond - messages)
  const otherUs = others === 0 ? 0 : Math.max(0, utilisation - messages * messageUs) / others
  const meanUs = (messages * messageUs ** 2 + others * otherUs ** 2) / (2 * (1 - utilisation))
  return (meanUs / utilisation) * Math.log(share)
}

function scaled({ value, low, high }: Evaluated, factor: number): Evaluated {
  return { value: value * factor, low: low * factor, high: high * factor }
}
