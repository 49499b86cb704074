import type { StudyDocument, StudyAxis } from '../../src/core/study-result.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { nextStep } from '../../src/run/search-steps.ts'
import { StudyRecord } from '../../src/run/study-record.ts'
import { fourContenders, madeUpDocument } from './fixture-document.ts'
import { natures } from './fixture-trial.ts'

const intervalAxis: StudyAxis = {
  path: 'contenders.*.pollIntervalMs',
  label: 'Poll interval',
  unit: 'ms',
  values: [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000],
}
const rateAxis: StudyAxis = {
  path: 'traffic.messagesPerSecondPerChannel',
  label: 'Messages per second per channel',
  unit: '',
  values: [0.1, 1, 10],
}

const scenario = {
  title: 'Poll interval',
  question: 'How stale may a client be before polling costs less than a stream?',
  clientCount: 1_000,
  traffic: { pattern: 'unicast', arrivals: 'poisson', messagesPerSecondPerChannel: 0.1, messageBytes: 256 },
  contenders: fourContenders.map(({ label, transport }) => ({ label, transport })),
  phases: { warmUpMs: 2_000, measuredMs: 8_000 },
  blockCount: 3,
  seed: 7,
  matters: {},
  limits: {},
} as unknown as Scenario

/** As it would run: with the options that waits follow from. */
const planned: Scenario = { ...scenario, contenders: scenario.contenders.map(({ transport }) => contenderOf(transport)) }

/** A point of made-up numbers: short polling costs processor time by the interval and waits for half of it, the others do not. */
function madeUpPoint(intervalMs: number, rate: number, blockCount: number) {
  const cost = natures['short-poll']!
  return madeUpDocument({
    blockCount,
    ask: ({ label, nature }) => ({
      seed: Math.round(intervalMs + rate * 10),
      nature:
        label === 'short-poll'
          ? {
              ...nature,
              waitUs: intervalMs * 1_000,
              requestsPerDelivery: 1_000 / intervalMs / rate,
              wireBytes: 290 + (560 * 1_000) / intervalMs / rate,
              cpuMsPerSecond: 8 * rate + (cost.cpuMsPerSecond * 2_000) / intervalMs,
            }
          : { ...nature, cpuMsPerSecond: nature.cpuMsPerSecond * (0.9 + rate) },
    }),
  })
}

function recordOf(kind: StudyDocument['kind'], axes: StudyAxis[]): StudyRecord {
  return new StudyRecord({
    kind,
    name: 'poll-interval',
    scenario,
    sources: { clientCount: 'file', seed: 'file' },
    startedAt: '2026-01-02T03:04:05.000Z',
    axes,
    estimatedSeconds: 1_260,
    warnings: [],
  })
}

/** A sweep of seeded made-up numbers along one axis or two. */
export function madeUpSweep({ isPlane = false, blockCount = 3, doneCount = 99, pointCount = 99 } = {}): StudyDocument {
  const axes = isPlane ? [intervalAxis, rateAxis] : [intervalAxis]
  const record = recordOf('sweep', axes)
  const places = intervalAxis.values.flatMap((interval) => (isPlane ? rateAxis.values.map((rate) => [interval, rate]) : [[interval]]))
  const points = places
    .slice(0, pointCount)
    .map((values) => record.plan(values, values[0] === 30_000 ? { 'phases.measuredMs': 60_000 } : {}, planned))
  for (const [at, point] of points.slice(0, doneCount).entries()) {
    record.begin(point, `points/${String(at + 1).padStart(2, '0')}`)
    record.end(point, madeUpPoint(point.values[0]!, point.values[1] ?? 0.1, blockCount))
  }
  if (doneCount < points.length) record.interrupt(`the study was stopped after ${doneCount} of ${points.length} points.`)
  return record.whole()
}

/** A search in which one contender breaks the limit at 4,300 clients, one is never limited, one fails at once and one meets the generator's limit. */
export function madeUpSearch(): StudyDocument {
  const axis: StudyAxis = { path: 'clientCount', label: 'Clients', unit: '', values: [] }
  const search = { axis: 'clientCount', from: 100, to: 15_000, limits: { deliveryLatencyP99Ms: 250, lostCount: 0 }, resolutionRatio: 0.05 }
  const record = recordOf('search', [axis])
  record.document.scenario.resolved['search'] = search
  const limitOf: Readonly<Record<string, number>> = { 'short-poll': 4_300, 'long-poll': 50, sse: 9_000, websocket: 20_000 }
  const answers: StudyDocument['search'] = []
  for (const { label } of scenario.contenders) {
    const steps: StudyDocument['search'][number]['steps'] = []
    for (;;) {
      const next = nextStep(search, true, steps)
      if ('answer' in next) {
        answers.push({ contender: label, steps, ...next.answer })
        break
      }
      const point = record.plan([next.value], {}, planned)
      record.begin(point, `points/${String(point.number).padStart(2, '0')}`)
      const passes = next.value <= limitOf[label]!
      const outcome = passes ? 'pass' : label === 'sse' ? 'generator' : 'fail'
      const why = passes
        ? []
        : outcome === 'fail'
          ? ['deliveryLatencyP99Ms 412, at most 250']
          : ['generator-utilisation: the event loop of client host 1 was busy for 94.0 % of the time']
      record.end(point, madeUpDocument({ labels: [{ label, transport: label }], blockCount: 1 }))
      steps.push({ point: point.number, ...next, outcome, why })
    }
  }
  record.answer(answers)
  return record.whole()
}
