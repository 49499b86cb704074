import { resultSchema, schemaVersion, type ResultDocument, type TrialResult } from '../../src/core/result.ts'
import { compare } from '../../src/metrics/comparison.ts'
import { summarise } from '../../src/metrics/summary.ts'
import { madeUpCalibration } from './fixture-calibration.ts'
import { madeUpTrial, natures, type Nature, type TrialAsk } from './fixture-trial.ts'

/** What to make a document of; whatever is left out is the plain case of four contenders in three blocks. */
export interface DocumentAsk {
  labels?: readonly { label: string; transport: string }[]
  blockCount?: number
  limits?: { lostCount?: number; deliveryLatencyP99Ms?: number }
  /** Changes of single trials. */
  ask?: (ask: TrialAsk) => Partial<TrialAsk>
  /** How many trials were finished; all when absent. */
  trialCount?: number
  failedTrials?: ResultDocument['failedTrials']
  change?: (trial: TrialResult) => TrialResult
  patch?: (document: ResultDocument) => ResultDocument
}

/** The four transports under their ids. */
export const fourContenders = ['short-poll', 'long-poll', 'sse', 'websocket'].map((transport) => ({ label: transport, transport }))

const traits: Readonly<Record<string, ResultDocument['summary'][number]['traits']>> = {
  'short-poll': {
    protocol: 'HTTP GET',
    direction: 'client asks',
    complexity: { serverLines: 41, clientLines: 88, branches: 17, dependencies: [] },
    proxies: 'plain HTTP; passes',
    fits: 'infrequent updates',
    fitsAi: 'none',
  },
  'long-poll': {
    protocol: 'HTTP GET, held',
    direction: 'client asks',
    complexity: { serverLines: 92, clientLines: 96, branches: 31, dependencies: [] },
    proxies: 'plain HTTP; idle timeouts must exceed the hold time',
    fits: 'notifications, activity streams, job status',
    fitsAi: 'job completion, status',
  },
  sse: {
    protocol: 'HTTP, text/event-stream',
    direction: 'server to client',
    complexity: { serverLines: 97, clientLines: 84, branches: 29, dependencies: ['eventsource-parser'] },
    proxies: 'plain HTTP; response buffering must be off',
    fits: 'news feeds, tickers, logs, notifications',
    fitsAi: 'streaming output, continuous updates',
  },
  websocket: {
    protocol: 'WebSocket after an HTTP handshake',
    direction: 'both ways',
    complexity: { serverLines: 118, clientLines: 101, branches: 36, dependencies: ['ws'] },
    proxies: 'must forward Upgrade; idle timeouts apply',
    fits: 'chat, games, collaborative editing, dashboards',
    fitsAi: 'streaming output, interactive chat',
  },
}

const matters = { deliveryLatencyP50: { ratio: 1.1, floorMs: 1 }, deliveryLatencyP99: { ratio: 1.1, floorMs: 1 } }

function scenario(labels: readonly { label: string; transport: string }[], blockCount: number, limits: object): ResultDocument['scenario'] {
  return {
    name: 'notifications',
    resolved: {
      title: 'Notifications',
      question: 'What does it cost to keep 1,000 people informed of rare events that concern only them?',
      clientCount: 1_000,
      traffic: { pattern: 'unicast', arrivals: 'poisson', messagesPerSecondPerChannel: 0.1, messageBytes: 256 },
      contenders: labels,
      phases: { warmUpMs: 2_000, measuredMs: 8_000 },
      blockCount,
      seed: 7,
      matters,
      limits,
    },
    sources: { clientCount: 'flag', 'traffic.pattern': 'file', contenders: 'file', phases: 'default', blockCount: 'default', seed: 'file' },
  }
}

/** A valid document of seeded made-up numbers: the same ask gives the same document. */
export function madeUpDocument({
  labels = fourContenders,
  blockCount = 3,
  limits = {},
  ask,
  trialCount,
  failedTrials = [],
  change,
  patch,
}: DocumentAsk = {}): ResultDocument {
  const blocks = Array.from({ length: blockCount }, (_, block) => labels.map((_contender, at) => labels[(at + block) % labels.length]!))
  const planned = blocks.flatMap((order, block) =>
    order.map(({ label, transport }, position) => {
      const first: TrialAsk = { label, nature: natures[transport] as Nature, block, position, seed: 11 }
      const trial = madeUpTrial({ ...first, ...ask?.(first) })
      return change === undefined ? trial : change(trial)
    }),
  )
  const trials = planned.slice(0, trialCount)
  const contenders = labels.map(({ label, transport }) => ({ label, transport, traits: traits[transport]! }))
  const summary = summarise({ contenders, trials, failedTrials })
  const document: ResultDocument = {
    schemaVersion,
    harness: {
      version: '0.1.0',
      commit: '0123456789ab',
      dirty: false,
      command: 'npm run bench -- notifications --clients 1000',
      reasons: {},
    },
    environment: {
      platform: 'linux',
      arch: 'x64',
      kernel: '6.1.0',
      cpuModel: 'Made-up CPU',
      coreCount: 2,
      memoryBytes: 8_589_934_592,
      node: 'v20.19.0',
      libraries: { fastify: '5.12.8', ws: '8.23.0' },
      virtualisation: null,
      namespace: 'own',
      pinning: 'on',
    },
    scenario: scenario(labels, blockCount, limits),
    plan: {
      blockOrder: blocks.map((order) => order.map(({ label }) => label)),
      channelCount: 1_000,
      totalMessagesPerSecond: 100,
      clientHostCount: 1,
      estimatedSeconds: 210,
    },
    interrupted: false,
    trials,
    failedTrials,
    summary,
    comparison: compare(summary, matters, trials, limits),
    calibration: {
      control: { messagesPerSecond: 100, durationMs: 3_000, serverCpuMsPerSecond: 11.2, publisherLagP99Us: 310, reasons: {} },
      state: madeUpCalibration(),
      reasons: {},
    },
    warnings: [],
  }
  return resultSchema.parse(patch === undefined ? document : patch(document))
}
