import type { DeliveryDistribution } from '../core/result.ts'
import { messageIntervals, noMessageIntervals } from './message-intervals.ts'
import type { MessageClusters } from './message-intervals.ts'
import { distributionOfSorted, noDistribution } from './quantiles.ts'

/** The distribution of delivery latency: as `distribution`, with an interval of its quantiles over messages. */
export function deliveryDistribution(valuesUs: Float64Array, censoredCount: number, clusters: MessageClusters): DeliveryDistribution {
  const sorted = valuesUs.slice().sort()
  const whole = distributionOfSorted(valuesUs, sorted, { censoredCount, clusterOf: clusters.messageOf })
  const { effectiveCount } = whole
  return { ...whole, intervals: messageIntervals({ ...clusters, valuesUs, sorted, effectiveCount }) }
}

/** A distribution of delivery latency without any number. */
export function noDeliveryDistribution(reason: string): DeliveryDistribution {
  return { ...noDistribution(reason), intervals: noMessageIntervals(reason) }
}
