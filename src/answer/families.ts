import type { AnswerTopic } from '../core/answer.ts'
import type { MetricId } from '../core/metric.ts'
import type { ResultDocument } from '../core/result.ts'
import { owedCount } from '../metrics/ledger.ts'
import type { AnswerContender } from './contenders.ts'

/** What contenders are compared in: a family of figures, by its headline metric. Lower is better in each. */
export interface AnswerFamily {
  topic: AnswerTopic
  metric: MetricId
  /** "server CPU", for lists of families. */
  noun: string
  /** "sends the fewest bytes", and of several: "send the fewest bytes". */
  least: readonly [one: string, several: string]
  /** "481 B per delivery". */
  value: (amount: string) => string
  /** What several do that are alike: "send 481 to 531 B per delivery". */
  alike: (amount: string) => string
  /** "1.8 × the bytes". */
  times: (factor: string) => string
  /** How a first look says that a contender has so many times the lowest figure: "sends 1.8 × the bytes". */
  seen: (factor: string) => string
  /** True where the protocol and the schedule fix the figure, so that one run states it. */
  isFixed?: true
  /** Contenders that have the figure in common, with what a sentence says of them. Absent: all. */
  among?: (contender: AnswerContender) => boolean
  scope?: string
}

function latencyBy(metric: MetricId, quantile: string): AnswerFamily {
  return {
    topic: 'latency',
    metric,
    noun: 'latency',
    least: ['delivers soonest', 'deliver soonest'],
    value: (amount) => `${amount} ms ${quantile}`,
    alike: (amount) => `deliver in ${amount} ms ${quantile}`,
    times: (factor) => `${factor} the latency`,
    seen: (factor) => `is ${factor} later`,
  }
}

function bytesBy(metric: MetricId, bytes: string): AnswerFamily {
  return {
    topic: 'network',
    metric,
    noun: bytes,
    least: [`sends the fewest ${bytes}`, `send the fewest ${bytes}`],
    value: (amount) => `${amount} B per delivery`,
    alike: (amount) => `send ${amount} B per delivery`,
    times: (factor) => `${factor} the ${bytes}`,
    seen: (factor) => `sends ${factor} the ${bytes}`,
    isFixed: true,
  }
}

function requestsBy(metric: MetricId, per: string): AnswerFamily {
  return {
    topic: 'connections',
    metric,
    noun: 'requests',
    least: ['sends the fewest requests', 'send the fewest requests'],
    value: (amount) => `${amount} ${per}`,
    alike: (amount) => `send ${amount} requests ${per}`,
    times: (factor) => `${factor} the requests`,
    seen: (factor) => `sends ${factor} the requests`,
    isFixed: true,
    // To a stream no request is owed, so that only polls have them in common; what they cost is in bytes and CPU.
    among: ({ isPolled }) => isPolled,
    scope: 'Of those that poll, ',
  }
}

const memory: AnswerFamily = {
  topic: 'memory',
  metric: 'serverMemoryPerClient',
  noun: 'server memory',
  least: ['holds the least memory on the server', 'hold the least memory on the server'],
  value: (amount) => `${amount} KiB per client`,
  alike: (amount) => `hold ${amount} KiB per client on the server`,
  times: (factor) => `${factor} the memory`,
  seen: (factor) => `holds ${factor} the memory`,
}

const cpu: AnswerFamily = {
  topic: 'cpu',
  metric: 'serverCpu',
  noun: 'server CPU',
  least: ['takes the least server CPU', 'take the least server CPU'],
  value: (amount) => `${amount} ms/s`,
  alike: (amount) => `take ${amount} ms/s of server CPU`,
  times: (factor) => `${factor} the CPU`,
  seen: (factor) => `takes ${factor} the CPU`,
}

const loss: AnswerFamily = {
  topic: 'loss',
  metric: 'lostRatio',
  noun: 'losses',
  least: ['loses the least', 'lose the least'],
  value: (amount) => `${amount} %`,
  alike: (amount) => `lose ${amount} %`,
  times: (factor) => `${factor} the losses`,
  seen: (factor) => `loses ${factor} as much`,
}

type Summarised = Pick<ResultDocument, 'summary'>

function isMeasured({ summary }: Summarised, metric: MetricId): boolean {
  return summary.some((row) => (row.metrics[metric]?.median ?? null) !== null)
}

/** p99 where every contender that has a median has one: too few deliveries, or too many lost, leave none. */
function isResolved({ summary }: Summarised): boolean {
  return summary.every(({ metrics: { deliveryLatencyP50: p50, deliveryLatencyP99: p99 } }) => p50?.median == null || p99?.median != null)
}

/**
 * The families in which a result compares its contenders, in the order of its lines: those of which somebody has a figure. Requests
 * where two poll, and losses where there are any.
 */
export function answerFamilies(document: Summarised, contenders: readonly AnswerContender[]): AnswerFamily[] {
  const has = (metric: MetricId): boolean => isMeasured(document, metric)
  const families: (AnswerFamily | false)[] = [
    document.summary.some(({ ledger }) => owedCount(ledger) > 0) && loss,
    has('deliveryLatencyP50') &&
      (isResolved(document) ? latencyBy('deliveryLatencyP99', 'at p99') : latencyBy('deliveryLatencyP50', '(median)')),
    has('wireBytesPerDelivery')
      ? bytesBy('wireBytesPerDelivery', 'bytes')
      : has('applicationBytesPerDelivery') && bytesBy('applicationBytesPerDelivery', 'application bytes'),
    has('serverMemoryPerClient') && memory,
    has('serverCpu') && cpu,
    contenders.filter(({ isPolled }) => isPolled).length > 1 &&
      (has('requestsPerSecond')
        ? requestsBy('requestsPerSecond', 'per second')
        : has('requestsPerDelivery') && requestsBy('requestsPerDelivery', 'per delivery')),
  ]
  return families.filter((family) => family !== false)
}
