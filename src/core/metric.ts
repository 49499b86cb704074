/** The figures that contenders are compared by. Lower is better in each. */
export const metricIds = [
  'deliveryLatencyP50',
  'deliveryLatencyP90',
  'deliveryLatencyP99',
  'firstMessageP99',
  'messageGapP99',
  'addedToSessionP90',
  'lostRatio',
  'requestsPerDelivery',
  'requestsPerSecond',
  'wireBytesPerDelivery',
  'applicationBytesPerDelivery',
  'serverMemoryPerClient',
  'serverKernelMemoryPerClient',
  'serverDescriptorsPerClient',
  'serverCpu',
  'serverCpuPerDelivery',
  'timeToSubscribedP99',
  'connectTimePerClient',
  'serverCpuPerConnect',
  'wireBytesPerConnect',
] as const

export type MetricId = (typeof metricIds)[number]

export interface Metric {
  id: MetricId
  label: string
  /** Unit of the value as stored in a summary. */
  unit: 'µs' | 'count' | 'ratio' | 'bytes' | 'ms/s'
  /** Key under which a scenario may declare an absolute floor of the difference that matters, and its size in `unit`. */
  floor: { key: 'floorMs' | 'floorCount' | 'floorRatio' | 'floorBytes' | 'floorMsPerSecond' | 'floorUs'; factor: number }
  /** Ratio that matters when the scenario declares none. */
  defaultRatio: number
  /** Exists only where clients ask for jobs; other runs do not list it. */
  isOfJobs?: true
}

const inMs = { key: 'floorMs', factor: 1_000 } as const
const inCount = { key: 'floorCount', factor: 1 } as const
const inBytes = { key: 'floorBytes', factor: 1 } as const
const inUs = { key: 'floorUs', factor: 1 } as const

/** Every metric with its unit; the only list of them. */
export const metrics: Readonly<Record<MetricId, Metric>> = {
  deliveryLatencyP50: { id: 'deliveryLatencyP50', label: 'Delivery latency p50', unit: 'µs', floor: inMs, defaultRatio: 1.1 },
  deliveryLatencyP90: { id: 'deliveryLatencyP90', label: 'Delivery latency p90', unit: 'µs', floor: inMs, defaultRatio: 1.1 },
  deliveryLatencyP99: { id: 'deliveryLatencyP99', label: 'Delivery latency p99', unit: 'µs', floor: inMs, defaultRatio: 1.1 },
  firstMessageP99: { id: 'firstMessageP99', label: 'First message p99', unit: 'µs', floor: inMs, defaultRatio: 1.1, isOfJobs: true },
  messageGapP99: { id: 'messageGapP99', label: 'Gap between messages p99', unit: 'µs', floor: inMs, defaultRatio: 1.1, isOfJobs: true },
  addedToSessionP90: {
    id: 'addedToSessionP90',
    label: 'Added to a session p90',
    unit: 'µs',
    floor: inMs,
    defaultRatio: 1.1,
    isOfJobs: true,
  },
  lostRatio: { id: 'lostRatio', label: 'Lost share', unit: 'ratio', floor: { key: 'floorRatio', factor: 1 }, defaultRatio: 1.1 },
  requestsPerDelivery: { id: 'requestsPerDelivery', label: 'Requests per delivery', unit: 'count', floor: inCount, defaultRatio: 1.05 },
  requestsPerSecond: { id: 'requestsPerSecond', label: 'Requests per second', unit: 'count', floor: inCount, defaultRatio: 1.05 },
  wireBytesPerDelivery: { id: 'wireBytesPerDelivery', label: 'Wire bytes per delivery', unit: 'bytes', floor: inBytes, defaultRatio: 1.05 },
  applicationBytesPerDelivery: {
    id: 'applicationBytesPerDelivery',
    label: 'Application bytes per delivery',
    unit: 'bytes',
    floor: inBytes,
    defaultRatio: 1.05,
  },
  serverMemoryPerClient: {
    id: 'serverMemoryPerClient',
    label: 'Server memory per client',
    unit: 'bytes',
    floor: inBytes,
    defaultRatio: 1.05,
  },
  serverKernelMemoryPerClient: {
    id: 'serverKernelMemoryPerClient',
    label: 'Server kernel memory per client',
    unit: 'bytes',
    floor: inBytes,
    defaultRatio: 1.05,
  },
  serverDescriptorsPerClient: {
    id: 'serverDescriptorsPerClient',
    label: 'Server descriptors per client',
    unit: 'count',
    floor: inCount,
    defaultRatio: 1.05,
  },
  serverCpu: { id: 'serverCpu', label: 'Server CPU', unit: 'ms/s', floor: { key: 'floorMsPerSecond', factor: 1 }, defaultRatio: 1.1 },
  serverCpuPerDelivery: {
    id: 'serverCpuPerDelivery',
    label: 'Server CPU per delivery',
    unit: 'µs',
    floor: inUs,
    defaultRatio: 1.1,
  },
  timeToSubscribedP99: { id: 'timeToSubscribedP99', label: 'Time to subscribed p99', unit: 'µs', floor: inMs, defaultRatio: 1.2 },
  connectTimePerClient: { id: 'connectTimePerClient', label: 'Connect time per client', unit: 'µs', floor: inUs, defaultRatio: 1.1 },
  serverCpuPerConnect: { id: 'serverCpuPerConnect', label: 'Server CPU per connect', unit: 'µs', floor: inUs, defaultRatio: 1.1 },
  wireBytesPerConnect: { id: 'wireBytesPerConnect', label: 'Wire bytes per connect', unit: 'bytes', floor: inBytes, defaultRatio: 1.05 },
}
