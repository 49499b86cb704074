import type { Family } from './family.ts'
import type { Estimate, TrialResult } from './trial-result.ts'
import { bytesPerKiB, usPerMs } from './units.ts'

/** Units of the figures in a summary, as result.json and CSV name them. */
export const storedUnits = ['µs', 'count', 'ratio', 'bytes', 'ms/s'] as const

/** Unit of a figure where it is stored, where reports show it, and where a scenario declares what matters. */
export interface Unit {
  stored: (typeof storedUnits)[number]
  /** '' for a count. Always the same for a metric, so that contenders and runs can be compared by eye. */
  shown: string
  /** Stored value ÷ divisor = shown value. */
  divisor: number
  /** Key under which a scenario may declare an absolute floor of the difference that matters, and its size in the stored unit. */
  floor: { key: 'floorMs' | 'floorCount' | 'floorRatio' | 'floorBytes' | 'floorMsPerSecond' | 'floorUs'; factor: number }
  /** Verdicts take the lower value as the better one. */
  better: 'lower'
}

const inMs: Unit = { stored: 'µs', shown: 'ms', divisor: usPerMs, floor: { key: 'floorMs', factor: usPerMs }, better: 'lower' }
const inUs: Unit = { stored: 'µs', shown: 'µs', divisor: 1, floor: { key: 'floorUs', factor: 1 }, better: 'lower' }
const inCount: Unit = { stored: 'count', shown: '', divisor: 1, floor: { key: 'floorCount', factor: 1 }, better: 'lower' }
const inPercent: Unit = { stored: 'ratio', shown: '%', divisor: 0.01, floor: { key: 'floorRatio', factor: 1 }, better: 'lower' }
const inBytes: Unit = { stored: 'bytes', shown: 'B', divisor: 1, floor: { key: 'floorBytes', factor: 1 }, better: 'lower' }
const inKiB: Unit = { ...inBytes, shown: 'KiB', divisor: bytesPerKiB }
const inMsPerSecond: Unit = { stored: 'ms/s', shown: 'ms/s', divisor: 1, floor: { key: 'floorMsPerSecond', factor: 1 }, better: 'lower' }

/** Metrics that a study draws in one figure, with what they are in its question. */
export const studyFigureSubjects = {
  latency: 'latency',
  jobs: 'waiting for jobs',
  network: 'network overhead',
  server: 'the use of server resources',
  connecting: 'the cost of connecting',
} as const

/** Path of a figure in a trial, as result.json has it: a number, or an estimate with its interval. */
type FigurePath<Node, Prefix extends string = ''> = {
  [Key in keyof Node & string]: string extends keyof Node
    ? never
    : NonNullable<Node[Key]> extends number | Estimate
      ? `${Prefix}${Key}`
      : NonNullable<Node[Key]> extends readonly unknown[]
        ? never
        : NonNullable<Node[Key]> extends object
          ? FigurePath<NonNullable<Node[Key]>, `${Prefix}${Key}.`>
          : never
}[keyof Node & string]

export type TrialPath = FigurePath<TrialResult>

/** A figure that contenders are compared by: all that summaries, verdicts, reports and CSV know of it. */
export interface Metric {
  label: string
  unit: Unit
  /** Ratio that matters when the scenario declares none. */
  defaultRatio: number
  /** Where a trial keeps it, or the counts that it is the share of: the sum of the parts ÷ the whole. */
  from: TrialPath | { parts: readonly TrialPath[]; whole: TrialPath; whyNone: string }
  /** It exists only where clients ask for jobs; other runs do not list it. */
  needs?: 'jobs'
  /** What a gate must spoil to keep it out of medians and comparisons. */
  family: Family
  /** Row of the trade-off table: under its group, with the label that it has there. `ifAny`: only where a contender has a value. */
  row?: { group: 'Latency' | 'Jobs' | 'Network overhead' | 'Server resource use'; label?: string; ifAny?: true }
  /** Has a panel in the chart of what each contender costs. */
  isCharted?: true
  /** In the comment on a pull request, where there is room for a few rows. */
  isInComment?: true
  /** Column of the table of a run under way. Columns of a higher rank go first where the terminal is narrow. */
  progress?: { head: string; rank: number }
  /** Without one it has a figure of its own in a study. */
  studyFigure?: keyof typeof studyFigureSubjects
}

const latency = { unit: inMs, defaultRatio: 1.1, family: 'latency', studyFigure: 'latency' } as const
const ofJobs = { ...latency, needs: 'jobs', row: { group: 'Jobs', ifAny: true }, isCharted: true, studyFigure: 'jobs' } as const

const table = {
  deliveryLatencyP50: {
    ...latency,
    label: 'Delivery latency p50',
    from: 'deliveryLatencyUs.p50',
    row: { group: 'Latency', label: 'Delivery p50' },
    isCharted: true,
    isInComment: true,
    progress: { head: 'p50\nms', rank: 1 },
  },
  deliveryLatencyP90: { ...latency, label: 'Delivery latency p90', from: 'deliveryLatencyUs.p90' },
  deliveryLatencyP99: {
    ...latency,
    label: 'Delivery latency p99',
    from: 'deliveryLatencyUs.p99',
    row: { group: 'Latency', label: 'Delivery p99' },
    isCharted: true,
    isInComment: true,
    progress: { head: 'p99\nms', rank: 0 },
  },
  firstMessageP99: { ...ofJobs, label: 'First message p99', from: 'jobs.firstMessageUs.p99' },
  messageGapP99: { ...ofJobs, label: 'Gap between messages p99', from: 'jobs.gapUs.p99' },
  addedToSessionP90: { ...ofJobs, label: 'Added to a session p90', from: 'jobs.chainAddedUs.p90' },
  lostRatio: {
    label: 'Lost share',
    unit: inPercent,
    defaultRatio: 1.1,
    family: 'counts',
    from: { parts: ['ledger.lostCount', 'ledger.notReceivedCount'], whole: 'ledger.expectedCount', whyNone: 'no delivery was expected' },
  },
  requestsPerDelivery: {
    label: 'Requests per delivery',
    unit: inCount,
    defaultRatio: 1.05,
    family: 'throughput',
    from: 'requests.perDelivery',
    row: { group: 'Network overhead' },
    isCharted: true,
    isInComment: true,
    progress: { head: 'requests\n/deliv.', rank: 4 },
    studyFigure: 'network',
  },
  requestsPerSecond: {
    label: 'Requests per second',
    unit: inCount,
    defaultRatio: 1.05,
    family: 'throughput',
    from: 'requests.window.sentPerSecond',
    studyFigure: 'network',
  },
  wireBytesPerDelivery: {
    label: 'Wire bytes per delivery',
    unit: inBytes,
    defaultRatio: 1.05,
    family: 'throughput',
    from: 'bytes.wirePerDeliveryBytes',
    row: { group: 'Network overhead' },
    isCharted: true,
    isInComment: true,
    progress: { head: 'wire B\n/deliv.', rank: 5 },
    studyFigure: 'network',
  },
  applicationBytesPerDelivery: {
    label: 'Application bytes per delivery',
    unit: inBytes,
    defaultRatio: 1.05,
    family: 'throughput',
    from: 'bytes.applicationPerDeliveryBytes',
    row: { group: 'Network overhead' },
    studyFigure: 'network',
  },
  serverMemoryPerClient: {
    label: 'Server memory per client',
    unit: inKiB,
    defaultRatio: 1.05,
    family: 'memory',
    from: 'server.memory.perClientBytes',
    row: { group: 'Server resource use', label: 'Memory per client' },
    isCharted: true,
    isInComment: true,
    progress: { head: 'KiB\n/client', rank: 3 },
    studyFigure: 'server',
  },
  serverKernelMemoryPerClient: {
    label: 'Server kernel memory per client',
    unit: inKiB,
    defaultRatio: 1.05,
    family: 'memory',
    from: 'server.memory.kernelPerClientBytes',
    row: { group: 'Server resource use', label: 'Kernel memory per client' },
    studyFigure: 'server',
  },
  serverDescriptorsPerClient: {
    label: 'Server descriptors per client',
    unit: inCount,
    defaultRatio: 1.05,
    family: 'counts',
    from: 'server.descriptors.perClient',
    row: { group: 'Server resource use', label: 'Descriptors per client' },
    isCharted: true,
    studyFigure: 'server',
  },
  serverCpu: {
    label: 'Server CPU',
    unit: inMsPerSecond,
    defaultRatio: 1.1,
    family: 'cpu',
    from: 'server.processor.cpuMsPerSecond',
    row: { group: 'Server resource use', label: 'CPU' },
    isCharted: true,
    isInComment: true,
    progress: { head: 'CPU\nms/s', rank: 2 },
    studyFigure: 'server',
  },
  serverCpuPerDelivery: {
    label: 'Server CPU per delivery',
    unit: inUs,
    defaultRatio: 1.1,
    family: 'cpu',
    from: 'server.processor.cpuUsPerDelivery',
    row: { group: 'Server resource use', label: 'CPU per delivery', ifAny: true },
    studyFigure: 'server',
  },
  timeToSubscribedP99: {
    label: 'Time to subscribed p99',
    unit: inMs,
    defaultRatio: 1.2,
    family: 'connecting',
    from: 'connections.timeToSubscribedUs.p99',
    row: { group: 'Latency' },
    isCharted: true,
    studyFigure: 'connecting',
  },
  connectTimePerClient: {
    label: 'Connect time per client',
    unit: inUs,
    defaultRatio: 1.1,
    family: 'connecting',
    from: 'connections.perConnect.timeUs',
    studyFigure: 'connecting',
  },
  serverCpuPerConnect: {
    label: 'Server CPU per connect',
    unit: inUs,
    defaultRatio: 1.1,
    family: 'connecting',
    from: 'connections.perConnect.serverCpuUs',
    studyFigure: 'connecting',
  },
  wireBytesPerConnect: {
    label: 'Wire bytes per connect',
    unit: inBytes,
    defaultRatio: 1.05,
    family: 'counts',
    from: 'connections.perConnect.wireBytes',
    studyFigure: 'connecting',
  },
} satisfies Record<string, Metric>

export type MetricId = keyof typeof table

/** Every metric, in the order in which reports list them; the only list of them. */
export const metrics: Readonly<Record<MetricId, Metric>> = table

export const metricIds = Object.keys(table) as MetricId[]
