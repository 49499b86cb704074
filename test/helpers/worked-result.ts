import type { MetricId } from '../../src/core/metric.ts'
import { resultSchema, type ResultDocument, type TrialResult } from '../../src/core/result.ts'
import { bytesPerKiB, usPerMs } from '../../src/core/units.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { compare } from '../../src/metrics/comparison.ts'
import { summarise } from '../../src/metrics/summary.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { traits } from '../unit/metrics-trial.ts'

/** One value for all blocks, with a spread of a few thousandths, or one for each. Null = not measured. */
type Figure = number | readonly (number | null)[] | null

/** What a contender of a worked result measured; what is left out is alike for all. */
export interface WorkedContender {
  transport: string
  label?: string
  options?: Record<string, unknown>
  p50Ms?: Figure
  p99Ms?: Figure
  wireBytes?: Figure
  applicationBytes?: Figure
  memoryKiB?: Figure
  cpuMsPerSecond?: Figure
  requestsPerSecond?: Figure
  /** In each block. */
  lostCount?: number
  /** Findings of its trials, by block. */
  findings?: (block: number) => TrialResult['validity']['reasons']
  change?: (trial: TrialResult) => TrialResult
  /** Blocks in which its trial failed. */
  failedIn?: readonly number[]
}

export interface WorkedAsk {
  contenders: readonly WorkedContender[]
  blockCount?: number
  limits?: { lostCount?: number; deliveryLatencyP99Ms?: number; duplicatedCount?: number }
  matters?: Partial<Record<MetricId, { ratio: number; floorMs?: number }>>
  /** Other settings of the scenario. */
  settings?: Record<string, unknown>
  estimatedSeconds?: number
  patch?: (document: ResultDocument) => ResultDocument
}

const lineCounts: Readonly<Record<string, number>> = { 'short-poll': 250, 'long-poll': 320, sse: 340, websocket: 430 }
/** Spread over blocks, another for each contender, so that no two differ by the same factor in every block. */
const spreads = [0.004, -0.003, 0.002, -0.005, 0.001]
const expectedCount = 1_000

/** A finding of a gate that keeps the times of a trial out of medians. */
export function spoiltTimes(
  gate = 'competing-load',
  owner: 'machine' | 'generator' = 'machine',
): TrialResult['validity']['reasons'][number] {
  return { gate, status: 'invalid', families: ['latency', 'cpu', 'connecting'], owner, message: `${gate} spoke` }
}

/** A result whose figures a test states, through the real summary and comparison. */
export function workedResult(ask: WorkedAsk): ResultDocument {
  const { contenders, blockCount = 3, limits = {}, settings = {}, estimatedSeconds = 180 } = ask
  const matters = (ask.matters ?? {}) as Parameters<typeof compare>[1]
  const named = contenders.map((contender) => ({ ...contender, label: contender.label ?? contender.transport }))
  const document = madeUpDocument({ labels: named.map(({ label, transport }) => ({ label, transport })), blockCount })
  const trials = document.trials.flatMap((trial) => {
    const at = named.findIndex(({ label }) => label === trial.contender)
    const contender = named[at]!
    if (contender.failedIn?.includes(trial.block) === true) return []
    return [(contender.change ?? ((same) => same))(withFigures(trial, contender, at))]
  })
  const failedTrials = named.flatMap(({ label, failedIn = [] }) =>
    failedIn.map((block) => ({ contender: label, block, position: 0, message: 'ERR_CHILD_DIED: the server ended with signal SIGKILL.' })),
  )
  const summary = summarise({
    contenders: named.map(({ label, transport }) => ({
      label,
      transport,
      traits: { ...traits, complexity: { serverLines: lineCounts[transport] ?? 400, clientLines: 0, branches: 0, dependencies: [] } },
    })),
    trials,
    failedTrials,
  })
  const result: ResultDocument = {
    ...document,
    scenario: {
      ...document.scenario,
      resolved: {
        ...document.scenario.resolved,
        contenders: named.map(({ label, transport, options }) => ({ ...contenderOf(transport, options), label })),
        limits,
        matters,
        ...settings,
      },
    },
    plan: { ...document.plan, estimatedSeconds },
    trials,
    failedTrials,
    summary,
    comparison: compare(summary, matters, trials, limits),
  }
  return resultSchema.parse(ask.patch?.(result) ?? result)
}

function withFigures(trial: TrialResult, contender: WorkedContender, at: number): TrialResult {
  const { block } = trial
  const spread = 1 + (spreads[at % spreads.length]! * (block % 3 === 0 ? 0 : block % 3 === 1 ? 1 : -1)) / (at + 1)
  const valueOf = (figure: Figure | undefined, otherwise: number): number | null => {
    const found = figure === undefined ? otherwise : figure
    return found === null || typeof found === 'number' ? (found === null ? null : found * spread) : (found[block] ?? null)
  }
  const scaled = (value: number | null, factor: number): number | null => (value === null ? null : value * factor)
  const { lostCount = 0 } = contender
  const delivered = { expectedCount, deliveredCount: expectedCount - lostCount, lostCount, censoredCount: lostCount }
  const memoryBytes = scaled(valueOf(contender.memoryKiB, 4), bytesPerKiB)
  const requests = valueOf(contender.requestsPerSecond, contender.transport.endsWith('poll') ? 100 : 0)!
  const tooFew = 'needs at least 400, got 100'
  const because = (key: string, value: number | null): Record<string, string> => (value === null ? { [key]: tooFew } : {})
  const p50 = scaled(valueOf(contender.p50Ms ?? contender.p99Ms, 5), usPerMs)
  const p99 = scaled(valueOf(contender.p99Ms, 5), usPerMs)
  const wire = valueOf(contender.wireBytes, 500)
  const cpu = valueOf(contender.cpuMsPerSecond, 50)
  const findings = contender.findings?.(block) ?? []
  return {
    ...trial,
    ledger: { ...trial.ledger, ...delivered, notReceivedCount: 0 },
    deliveryLatencyUs: { ...trial.deliveryLatencyUs, p50, p90: p99, p99, reasons: { ...because('p50', p50), ...because('p99', p99) } },
    requests: {
      ...trial.requests,
      window: { ...trial.requests.window, sentPerSecond: requests },
      perDelivery: requests / 100,
      reasons: {},
      emptyRatio: 0,
    },
    bytes: {
      ...trial.bytes,
      applicationPerDeliveryBytes: valueOf(contender.applicationBytes, 300),
      wirePerDeliveryBytes: wire,
      reasons: because('wirePerDeliveryBytes', wire),
    },
    server: {
      ...trial.server,
      memory: {
        ...trial.server.memory,
        perClientBytes:
          memoryBytes === null ? null : { value: memoryBytes, low: memoryBytes, high: memoryBytes, level: 0.95, n: 5, reasons: {} },
        reasons: { ...trial.server.memory.reasons, ...because('perClientBytes', memoryBytes) },
      },
      processor: {
        ...trial.server.processor,
        cpuMsPerSecond: cpu,
        reasons: { ...trial.server.processor.reasons, ...because('cpuMsPerSecond', cpu) },
      },
    },
    validity: { status: findings.length === 0 ? 'valid' : 'tainted', reasons: findings },
  }
}
