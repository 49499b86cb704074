import { answerTopicIds, type AnswerTopic } from '../core/answer.ts'
import type { ResultDocument } from '../core/result.ts'
import { metrics, type MetricId } from '../core/metric.ts'
import { owedCount } from '../metrics/ledger.ts'
import type { AnswerContender } from './contenders.ts'
import type { FigureId } from './figures.ts'

/** What contenders are compared in: a family of figures, by its headline figure. Lower is better in each. */
export interface AnswerFamily {
  topic: AnswerTopic
  figure: FigureId
  /** "server CPU", for lists of families. */
  noun: string
  /** What one does that is ahead alone: "sends the fewest bytes". */
  least: string
  /** What the lower of two does: "sends fewer bytes". */
  less: string
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

/** A family of times, whose factor makes one later. */
function timeFamily(own: Pick<AnswerFamily, 'topic' | 'figure' | 'noun' | 'least' | 'less' | 'value' | 'alike'>): AnswerFamily {
  return { ...own, times: (factor) => `${factor} the ${own.noun}`, seen: (factor) => `takes ${factor} the ${own.noun}` }
}

function latencyBy(figure: FigureId, quantile: string): AnswerFamily {
  return {
    ...timeFamily({
      topic: 'latency',
      figure,
      noun: 'latency',
      least: 'delivers soonest',
      less: 'delivers sooner',
      value: (amount) => `${amount} ms ${quantile}`,
      alike: (amount) => `deliver in ${amount} ms ${quantile}`,
    }),
    seen: (factor) => `is ${factor} later`,
  }
}

function bytesBy(figure: FigureId, bytes: string, per: string): AnswerFamily {
  return {
    topic: 'network',
    figure,
    noun: bytes,
    least: `sends the fewest ${bytes}`,
    less: `sends fewer ${bytes}`,
    value: (amount) => `${amount} B ${per}`,
    alike: (amount) => `send ${amount} B ${per}`,
    times: (factor) => `${factor} the ${bytes}`,
    seen: (factor) => `sends ${factor} the ${bytes}`,
    isFixed: true,
  }
}

function requestsBy(figure: FigureId, per: string): AnswerFamily {
  return {
    topic: 'connections',
    figure,
    noun: 'requests',
    least: 'asks least often',
    less: 'asks less often',
    value: (amount) => `${amount} ${amount === '1' ? 'request' : 'requests'} ${per}`,
    alike: (amount) => `send ${amount} ${amount === '1' ? 'request' : 'requests'} ${per}`,
    times: (factor) => `${factor} the requests`,
    seen: (factor) => `sends ${factor} the requests`,
    isFixed: true,
  }
}

/** A stream sends no requests, so that only polls have them in common; what they cost is in bytes and CPU. */
export const amongPolls = { among: ({ isPolled }: AnswerContender) => isPolled, scope: 'Of those that poll, ' }

const memory: AnswerFamily = {
  topic: 'memory',
  figure: 'serverMemoryPerClient',
  noun: 'server memory',
  least: 'holds the least memory on the server',
  less: 'holds less memory on the server',
  value: (amount) => `${amount} KiB per client`,
  alike: (amount) => `hold ${amount} KiB per client on the server`,
  times: (factor) => `${factor} the memory`,
  seen: (factor) => `holds ${factor} the memory`,
}

function cpuBy(figure: FigureId, unit: string, per = ''): AnswerFamily {
  return {
    topic: 'cpu',
    figure,
    noun: 'server CPU',
    least: 'takes the least server CPU',
    less: 'takes less server CPU',
    value: (amount) => `${amount} ${unit}${per}`,
    alike: (amount) => `take ${amount} ${unit} of server CPU${per}`,
    times: (factor) => `${factor} the CPU`,
    seen: (factor) => `takes ${factor} the CPU`,
  }
}

const loss: AnswerFamily = {
  topic: 'loss',
  figure: 'lostRatio',
  noun: 'losses',
  least: 'loses the least',
  less: 'loses less',
  value: (amount) => `${amount} %`,
  alike: (amount) => `lose ${amount} %`,
  times: (factor) => `${factor} the losses`,
  seen: (factor) => `loses ${factor} as much`,
}

const allBack = timeFamily({
  topic: 'recovery',
  figure: 'allBack',
  noun: 'time to recover',
  least: 'has all clients back soonest',
  less: 'has all clients back sooner',
  value: (amount) => `${amount} s after the fault`,
  alike: (amount) => `have all clients back ${amount} s after the fault`,
})

const peakAttempts: AnswerFamily = {
  topic: 'recovery',
  figure: 'peakAttempts',
  noun: 'peak of attempts',
  least: 'comes back most gently',
  less: 'comes back more gently',
  value: (amount) => `${amount} attempts in the busiest second`,
  alike: (amount) => `make ${amount} attempts in the busiest second`,
  times: (factor) => `${factor} the peak of attempts`,
  seen: (factor) => `has ${factor} the peak of attempts`,
}

function firstTokenBy(figure: FigureId, quantile: string): AnswerFamily {
  return timeFamily({
    topic: 'firstToken',
    figure,
    noun: 'wait for the first message',
    least: 'brings the first message soonest',
    less: 'brings the first message sooner',
    value: (amount) => `${amount} ms after the request ${quantile}`,
    alike: (amount) => `bring the first message ${amount} ms after the request ${quantile}`,
  })
}

const gap = timeFamily({
  topic: 'gap',
  figure: 'messageGapP99',
  noun: 'gap between messages',
  least: 'streams most smoothly',
  less: 'streams more smoothly',
  value: (amount) => `gaps of ${amount} ms at p99`,
  alike: (amount) => `stream with gaps of ${amount} ms at p99`,
})

const addedToSession = timeFamily({
  topic: 'jobDelay',
  figure: 'addedToSessionP90',
  noun: 'delay of a chain of jobs',
  least: 'adds least to a chain of jobs',
  less: 'adds less to a chain of jobs',
  value: (amount) => `${amount} ms at p90`,
  alike: (amount) => `add ${amount} ms to a chain of jobs at p90`,
})

const jobDelay = timeFamily({
  topic: 'jobDelay',
  figure: 'deliveryLatencyP90',
  noun: 'delay of a result',
  least: 'tells of a finished job soonest',
  less: 'tells of a finished job sooner',
  value: (amount) => `${amount} ms after it is done at p90`,
  alike: (amount) => `tell of a finished job ${amount} ms after it is done at p90`,
})

const connectTime = timeFamily({
  topic: 'connections',
  figure: 'connectTimePerClient',
  noun: 'time to connect',
  least: 'accepts clients fastest',
  less: 'accepts clients faster',
  value: (amount) => `${amount} µs per client`,
  alike: (amount) => `accept a client in ${amount} µs`,
})

/** The family of a metric: of those that answers rest on, and in general words of any other. */
export function familyOf(metric: MetricId): AnswerFamily {
  return known[metric] ?? general(metric)
}

const known: Partial<Record<MetricId, AnswerFamily>> = {
  deliveryLatencyP50: latencyBy('deliveryLatencyP50', '(median)'),
  deliveryLatencyP90: latencyBy('deliveryLatencyP90', 'at p90'),
  deliveryLatencyP99: latencyBy('deliveryLatencyP99', 'at p99'),
  firstMessageP99: firstTokenBy('firstMessageP99', 'at p99'),
  messageGapP99: gap,
  addedToSessionP90: addedToSession,
  lostRatio: loss,
  requestsPerDelivery: requestsBy('requestsPerDelivery', 'per delivery'),
  requestsPerSecond: requestsBy('requestsPerSecond', 'per second'),
  wireBytesPerDelivery: bytesBy('wireBytesPerDelivery', 'bytes', 'per delivery'),
  applicationBytesPerDelivery: bytesBy('applicationBytesPerDelivery', 'application bytes', 'per delivery'),
  serverMemoryPerClient: memory,
  serverKernelMemoryPerClient: {
    ...memory,
    figure: 'serverKernelMemoryPerClient',
    noun: 'kernel memory',
    least: 'holds the least kernel memory',
    less: 'holds less kernel memory',
    alike: (amount) => `hold ${amount} KiB of kernel memory per client`,
  },
  serverCpu: cpuBy('serverCpu', 'ms/s'),
  serverCpuPerDelivery: cpuBy('serverCpuPerDelivery', 'µs', ' per delivery'),
  connectTimePerClient: connectTime,
  serverCpuPerConnect: cpuBy('serverCpuPerConnect', 'µs', ' per connect'),
  wireBytesPerConnect: bytesBy('wireBytesPerConnect', 'bytes', 'per connect'),
}

function general(metric: MetricId): AnswerFamily {
  const { label, unit } = metrics[metric]
  const noun = label.charAt(0).toLowerCase() + label.slice(1)
  return {
    topic: 'connections',
    figure: metric,
    noun,
    least: `has the lowest ${noun}`,
    less: `has a lower ${noun}`,
    value: (amount) => `${amount} ${unit.shown}`.trim(),
    alike: (amount) => `have a ${noun} of ${`${amount} ${unit.shown}`.trim()}`,
    times: (factor) => `${factor} the ${noun}`,
    seen: (factor) => `has ${factor} the ${noun}`,
  }
}

type Measured = Pick<ResultDocument, 'summary' | 'scenario'>

/** p99 where every contender that has a median has one: too few deliveries, or too many lost, leave none. */
function isResolved(contenders: readonly AnswerContender[], median: FigureId, p99: FigureId): boolean {
  return contenders.every(({ medianOf }) => medianOf(median) === null || medianOf(p99) !== null)
}

/** One message of one job, a stream of them, or jobs of which each is asked for when the last is done. */
export type JobKind = 'single' | 'stream' | 'chain'

/** What jobs the traffic of a scenario is made of; undefined where it is none. */
export function jobKindOf({ scenario }: Pick<ResultDocument, 'scenario'>): JobKind | undefined {
  const { traffic } = scenario.resolved as { traffic?: { pattern?: unknown; messagesPerJob?: unknown; jobsInRow?: unknown } }
  const isSeveral = (count: unknown): boolean => typeof count === 'number' && count > 1
  if (traffic?.pattern !== 'jobs') return undefined
  return isSeveral(traffic.messagesPerJob) ? 'stream' : isSeveral(traffic.jobsInRow) ? 'chain' : 'single'
}

/** What jobs make a question be about, beside what every workload has. */
function ofJobs(kind: JobKind | undefined, isResolved: boolean): AnswerFamily[] {
  if (kind === undefined) return []
  if (kind === 'single') return [jobDelay]
  if (kind === 'chain') return [addedToSession]
  return [isResolved ? firstTokenBy('firstMessageP99', 'at p99') : firstTokenBy('firstMessageP50', '(median)'), gap]
}

/**
 * The families in which a result compares its contenders: those of which somebody has a figure, in the order of its lines. What the
 * scenario says it is about comes first, then what its faults and its traffic ask for. Requests count where two poll, and losses
 * where there are any.
 */
export function answerFamilies(document: Measured, contenders: readonly AnswerContender[]): AnswerFamily[] {
  const has = (figure: FigureId): boolean => contenders.some(({ medianOf }) => medianOf(figure) !== null)
  const kind = jobKindOf(document)
  const isOfJobs = kind !== undefined
  const hasDeliveries = document.summary.some(({ ledger }) => ledger.expectedCount > 0)
  const hasPolls = contenders.filter(({ isPolled }) => isPolled).length > 1
  const families: (AnswerFamily | false)[] = [
    allBack,
    peakAttempts,
    ...ofJobs(kind, has('firstMessageP99') && isResolved(contenders, 'firstMessageP50', 'firstMessageP99')),
    !losesByPlan(document) && document.summary.some(({ ledger }) => owedCount(ledger) > 0) && loss,
    // In a stream of jobs the gap says more, and a result is one delivery.
    !isOfJobs && familyOf(isResolved(contenders, 'deliveryLatencyP50', 'deliveryLatencyP99') ? 'deliveryLatencyP99' : 'deliveryLatencyP50'),
    familyOf(
      hasDeliveries ? (has('wireBytesPerDelivery') ? 'wireBytesPerDelivery' : 'applicationBytesPerDelivery') : 'wireBytesPerConnect',
    ),
    memory,
    familyOf(hasDeliveries ? 'serverCpu' : 'serverCpuPerConnect'),
    isOfJobs && requestsBy('requestsPerJob', 'per job'),
    !isOfJobs &&
      hasDeliveries &&
      hasPolls && {
        ...familyOf(has('requestsPerSecond') ? 'requestsPerSecond' : 'requestsPerDelivery'),
        ...amongPolls,
      },
    !hasDeliveries && connectTime,
  ]
  const found = families.filter((family) => family !== false).filter(({ figure }) => has(figure))
  const order = [...aboutOf(document), ...answerTopicIds]
  return found.toSorted((a, b) => order.indexOf(a.topic) - order.indexOf(b.topic))
}

/** True where clients vanish on purpose: what is due to them is lost for everybody, and says nothing about a contender. */
export function losesByPlan({ scenario }: Pick<ResultDocument, 'scenario'>): boolean {
  const { faults } = scenario.resolved as { faults?: readonly { kind?: unknown }[] }
  return faults?.some(({ kind }) => kind === 'half-open') === true
}

/** The topics that a scenario says its question is about, in their order; empty where it says nothing. */
export function aboutOf({ scenario }: Pick<ResultDocument, 'scenario'>): AnswerTopic[] {
  const { answer } = scenario.resolved as { answer?: { about?: unknown } }
  return Array.isArray(answer?.about) ? (answer.about as AnswerTopic[]) : []
}
