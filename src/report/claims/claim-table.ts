import type { MetricId } from '../../core/metric.ts'
import type { TransportId } from '../../core/transports/registry.ts'

/** The transports in the order of the table of claims. */
export const claimTransports = ['short-poll', 'long-poll', 'websocket', 'sse'] as const satisfies readonly TransportId[]

export type ClaimTransport = (typeof claimTransports)[number]

/**
 * What the table of claims (docs/claims.md) says of one transport, in our words. `level` puts its word on a scale where the rule compares by it
 * (lower = less); `scenarios` are the workloads that its use cases are measured by; `isDenied` = the claim is that it does not fit them.
 */
export interface ClaimCell {
  words: string
  level?: number
  scenarios?: readonly string[]
  isDenied?: boolean
}

/** By what a row of claims is judged; `ruleTexts` says each in words. The first of `metrics` is the figure that docs/claims.md shows. */
export type ClaimRule =
  | { kind: 'order'; metrics: readonly MetricId[] }
  | { kind: 'counted' }
  | { kind: 'suits' }
  | { kind: 'not measured'; why: string }

/** A row of the table of claims. */
export interface ClaimRow {
  id: string
  title: string
  rule: ClaimRule
  cells: Readonly<Record<ClaimTransport, ClaimCell>>
}

const aiJobs = ['job-status', 'ai-pipeline']
const aiStreams = ['llm-stream']

/** The claims that are judged (docs/claims.md): nine rows, four transports, each cell a claim. */
export const claimTable: readonly ClaimRow[] = [
  {
    id: 'protocol',
    title: 'Protocol',
    rule: { kind: 'not measured', why: 'the protocol is what the transport is, not a figure' },
    cells: {
      'short-poll': { words: 'HTTP GET' },
      'long-poll': { words: 'HTTP GET' },
      websocket: { words: 'WebSocket after an HTTP handshake' },
      sse: { words: 'HTTP, text/event-stream' },
    },
  },
  {
    id: 'direction',
    title: 'Direction',
    rule: { kind: 'not measured', why: 'the direction follows from the protocol and is no figure' },
    cells: {
      'short-poll': { words: 'client asks' },
      'long-poll': { words: 'client asks' },
      websocket: { words: 'both ways' },
      sse: { words: 'server to client' },
    },
  },
  {
    id: 'latency',
    title: 'Latency',
    rule: { kind: 'order', metrics: ['deliveryLatencyP50', 'deliveryLatencyP99'] },
    cells: {
      'short-poll': { words: 'high, by the interval', level: 2 },
      'long-poll': { words: 'low', level: 1 },
      websocket: { words: 'very low', level: 0 },
      sse: { words: 'low', level: 1 },
    },
  },
  {
    id: 'network',
    title: 'Network overhead',
    rule: { kind: 'order', metrics: ['wireBytesPerDelivery', 'requestsPerDelivery', 'applicationBytesPerDelivery'] },
    cells: {
      'short-poll': { words: 'high: many empty requests', level: 2 },
      'long-poll': { words: 'low', level: 1 },
      websocket: { words: 'very low: small frames', level: 0 },
      sse: { words: 'low', level: 1 },
    },
  },
  {
    id: 'server',
    title: 'Server resource use',
    rule: { kind: 'order', metrics: ['serverMemoryPerClient', 'serverDescriptorsPerClient', 'serverCpu'] },
    cells: {
      'short-poll': { words: 'moderate: many short connections', level: 1 },
      'long-poll': { words: 'moderate: fewer and longer ones', level: 1 },
      websocket: { words: 'high: persistent, stateful', level: 2 },
      sse: { words: 'moderate', level: 1 },
    },
  },
  {
    id: 'complexity',
    title: 'Complexity',
    rule: { kind: 'counted' },
    cells: {
      'short-poll': { words: 'low', level: 0 },
      'long-poll': { words: 'medium', level: 2 },
      websocket: { words: 'high', level: 3 },
      sse: { words: 'low to medium', level: 1 },
    },
  },
  {
    id: 'proxies',
    title: 'Firewalls and proxies',
    rule: { kind: 'not measured', why: 'no firewall and no proxy stands between client and server in a trial' },
    cells: {
      'short-poll': { words: 'friendly' },
      'long-poll': { words: 'friendly' },
      websocket: { words: 'less so: some block it' },
      sse: { words: 'friendly' },
    },
  },
  {
    id: 'use-cases',
    title: 'Use cases',
    rule: { kind: 'suits' },
    cells: {
      'short-poll': { words: 'infrequent updates', scenarios: ['announcements'] },
      'long-poll': { words: 'notifications, activity streams, job status', scenarios: ['notifications', 'news-feed', 'job-status'] },
      websocket: {
        words: 'chat, games, collaborative editing, dashboards',
        scenarios: ['chat', 'collaborative-editing', 'dashboard'],
      },
      sse: { words: 'news feeds, tickers, logs, notifications', scenarios: ['news-feed', 'stock-ticker', 'notifications'] },
    },
  },
  {
    id: 'ai',
    title: 'Best for AI and LLM',
    rule: { kind: 'suits' },
    cells: {
      'short-poll': { words: 'no', scenarios: [...aiJobs, ...aiStreams], isDenied: true },
      'long-poll': { words: 'job completion, status', scenarios: aiJobs },
      websocket: { words: 'streaming output, interactive chat', scenarios: aiStreams },
      sse: { words: 'streaming output, continuous updates', scenarios: aiStreams },
    },
  },
]
