import { metricIds, metrics, type MetricId } from '../core/metric.ts'
import type { TrialResult } from '../core/result.ts'
import { isSaturated } from './saturation.ts'

interface Reading {
  value: number | null | undefined
  reason: string | undefined
}

/** Where a trial keeps each figure that contenders are compared by. */
const readings: Readonly<Record<MetricId, (trial: TrialResult) => Reading>> = {
  deliveryLatencyP50: ({ deliveryLatencyUs: { p50, reasons } }) => ({ value: p50, reason: reasons['p50'] }),
  deliveryLatencyP90: ({ deliveryLatencyUs: { p90, reasons } }) => ({ value: p90, reason: reasons['p90'] }),
  deliveryLatencyP99: ({ deliveryLatencyUs: { p99, reasons } }) => ({ value: p99, reason: reasons['p99'] }),
  firstMessageP99: ({ jobs }) => ({ value: jobs?.firstMessageUs.p99, reason: jobs?.firstMessageUs.reasons['p99'] }),
  messageGapP99: ({ jobs }) => ({ value: jobs?.gapUs.p99, reason: jobs?.gapUs.reasons['p99'] }),
  addedToSessionP90: ({ jobs }) => ({ value: jobs?.chainAddedUs.p90, reason: jobs?.chainAddedUs.reasons['p90'] }),
  lostRatio: ({ ledger: { lostCount, expectedCount } }) =>
    expectedCount === 0 ? { value: null, reason: 'no delivery was expected' } : { value: lostCount / expectedCount, reason: undefined },
  requestsPerDelivery: ({ requests: { perDelivery, reasons } }) => ({ value: perDelivery, reason: reasons['perDelivery'] }),
  requestsPerSecond: ({ requests }) => ({ value: requests.window.sentPerSecond, reason: undefined }),
  wireBytesPerDelivery: ({ bytes }) => ({ value: bytes.wirePerDeliveryBytes, reason: bytes.reasons['wirePerDeliveryBytes'] }),
  applicationBytesPerDelivery: ({ bytes }) => ({
    value: bytes.applicationPerDeliveryBytes,
    reason: bytes.reasons['applicationPerDeliveryBytes'],
  }),
  serverMemoryPerClient: ({ server: { memory } }) => ({ value: memory.perClientBytes?.value, reason: memory.reasons['perClientBytes'] }),
  serverKernelMemoryPerClient: ({ server: { memory } }) => ({
    value: memory.kernelPerClientBytes?.value,
    reason: memory.reasons['kernelPerClientBytes'],
  }),
  serverDescriptorsPerClient: ({ server: { descriptors } }) => ({ value: descriptors.perClient, reason: descriptors.reasons['perClient'] }),
  serverCpu: ({ server: { processor } }) => ({ value: processor.cpuMsPerSecond, reason: processor.reasons['cpuMsPerSecond'] }),
  serverCpuPerDelivery: ({ server: { processor } }) => ({
    value: processor.cpuUsPerDelivery,
    reason: processor.reasons['cpuUsPerDelivery'],
  }),
  timeToSubscribedP99: ({ connections: { timeToSubscribedUs } }) => ({
    value: timeToSubscribedUs.p99,
    reason: timeToSubscribedUs.reasons['p99'],
  }),
  connectTimePerClient: ({ connections: { perConnect } }) => ({ value: perConnect?.timeUs, reason: perConnect?.reasons['timeUs'] }),
  serverCpuPerConnect: ({ connections: { perConnect } }) => ({
    value: perConnect?.serverCpuUs,
    reason: perConnect?.reasons['serverCpuUs'],
  }),
  wireBytesPerConnect: ({ connections: { perConnect } }) => ({ value: perConnect?.wireBytes, reason: perConnect?.reasons['wireBytes'] }),
}

/** The figure of a trial, in the unit of its metric; null when it was not measured or is +∞ (`whyNoValue` says which). */
export function metricValue(trial: TrialResult, id: MetricId): number | null {
  if (isUncompared(trial, id)) return null
  return readings[id](trial).value ?? null
}

/** Why `metricValue` is null. */
export function whyNoValue(trial: TrialResult, id: MetricId): string {
  if (isUncompared(trial, id)) return 'saturated: it could not keep up with the load'
  return readings[id](trial).reason ?? 'not measured'
}

/** The metrics that a workload has: those of jobs only where clients ask for some. */
export function metricsOf(trials: readonly TrialResult[]): MetricId[] {
  const hasJobs = trials.some(({ jobs }) => jobs !== undefined)
  return metricIds.filter((id) => hasJobs || metrics[id].isOfJobs === undefined)
}

/**
 * The latency of a saturated trial is how long it was measured, not how fast the transport is, and what it took per
 * second is the price of another load than the one offered. Its costs per delivery and per client stay.
 */
function isUncompared(trial: TrialResult, id: MetricId): boolean {
  return (id.startsWith('deliveryLatency') || metrics[id].isOfJobs === true || ofTheLoad.includes(id)) && isSaturated(trial)
}

const ofTheLoad: readonly MetricId[] = ['serverCpu', 'requestsPerSecond']

/** Valid and tainted trials count; invalid and unknown ones are listed, and enter no median and no comparison. */
export function isCounted(trial: TrialResult): boolean {
  return trial.validity.status === 'valid' || trial.validity.status === 'tainted'
}
