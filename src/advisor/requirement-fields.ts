import type { Requirement } from '../core/requirement.ts'

/** As in the schema of the requirement, which the command line does not load for its help; a test holds them together. */
const proxies = ['none', 'nginx-default', 'nginx-tuned', 'buffering', 'no-upgrade']

/** How a value is written. */
export type FieldKind = 'count' | 'number' | 'duration' | 'choice' | 'yes-no' | 'fan-out'

/** One thing that `choose` asks for: its key in a file, and its question on a terminal. */
interface Field {
  key: keyof Requirement
  kind: FieldKind
  /** Absent = as all of its kind. */
  value?: string
  words?: readonly string[]
  help: string
  /** Asked on a terminal; the others have defaults that hold for most. */
  question?: string
  isNeeded?: true
}

/** A field with its flag, and what the help says a value looks like. */
export type RequirementField = Field & { flag: string; value: string }

const values = { count: 'N', number: 'N', duration: 'DURATION', choice: 'WORD', 'yes-no': 'yes|no', 'fan-out': 'N' } satisfies Record<
  FieldKind,
  string
>

const fields: readonly Field[] = [
  { key: 'clients', kind: 'count', help: 'clients connected at once', question: 'How many clients are connected at once?', isNeeded: true },
  {
    key: 'messagesPerSecond',
    kind: 'number',
    help: 'messages that each client should receive per second, e.g. 0.2',
    question: 'How many messages should each client receive per second (0.2 = one every 5 s)?',
    isNeeded: true,
  },
  {
    key: 'staleness',
    kind: 'duration',
    help: 'maximum age of a message when it arrives, e.g. 2s',
    question: 'How old may a message be when it arrives (500ms, 2s, 1m)?',
    isNeeded: true,
  },
  {
    key: 'payload',
    value: 'BYTES',
    kind: 'count',
    help: 'bytes of a message (256)',
    question: 'How many bytes does a message have (256)?',
  },
  {
    key: 'fanOut',
    value: 'broadcast|unicast|N',
    kind: 'fan-out',
    words: ['broadcast', 'unicast'],
    help: 'how many clients receive each message: all, one, or a number (unicast)',
    question: 'How many clients receive each message: broadcast, unicast, or a number (unicast)?',
  },
  {
    key: 'upstream',
    kind: 'number',
    help: 'messages that one client sends per second (0)',
    question: 'How many messages does one client send per second (0)?',
  },
  { key: 'upstreamPayload', value: 'BYTES', kind: 'count', help: 'bytes of such a message (64)' },
  { key: 'binary', kind: 'yes-no', help: 'messages are binary, not text (no)', question: 'Are messages binary (no)?' },
  {
    key: 'client',
    kind: 'choice',
    words: ['browser', 'service'],
    help: 'browser: limits of browsers apply; service: they do not (browser)',
  },
  {
    key: 'tabs',
    kind: 'count',
    help: 'tabs of one browser open at once (1)',
    question: 'How many tabs does one browser have open at once (1)?',
  },
  {
    key: 'http',
    kind: 'choice',
    words: ['1.1', '2'],
    help: 'version of HTTP that reaches the client (1.1)',
    question: 'Which HTTP reaches the client: 1.1 or 2 (1.1)?',
  },
  {
    key: 'proxy',
    kind: 'choice',
    words: proxies,
    help: 'what is between client and server (none)',
    question: `What is between client and server: ${proxies.join(', ')} (none)?`,
  },
  { key: 'proxyIdle', kind: 'duration', help: 'idle time after which a proxy or network cuts a connection' },
  { key: 'browserCors', kind: 'choice', words: ['same-origin', 'cross-origin'], help: 'where the page comes from (same-origin)' },
  {
    key: 'headerAuth',
    kind: 'yes-no',
    help: 'the credential must be sent in a request header (no)',
    question: 'Must the credential be sent in a request header (no)?',
  },
  { key: 'pollInterval', kind: 'duration', help: 'of short polling (as long as the staleness allows)' },
  { key: 'holdTime', kind: 'duration', help: 'of long polling (25 s, or 80 % of what the proxy allows)' },
  { key: 'heartbeat', kind: 'duration', help: 'of SSE and WebSocket (15 s, or half of what the proxy allows)' },
  { key: 'roundTrip', kind: 'duration', help: 'between client and server (0)' },
  { key: 'session', kind: 'duration', help: 'mean time that a client stays connected; absent = connecting is not counted' },
  { key: 'requestHead', value: 'BYTES', kind: 'count', help: 'bytes of the headers of each request, including cookies' },
  { key: 'clientsPerInstance', kind: 'count', help: 'most clients per server process (as many as one was measured with)' },
  { key: 'targetUtilisation', value: 'RATIO', kind: 'number', help: 'largest share of one CPU that a server process may use (0.6)' },
]

/** Everything that may be stated, in the order of the help. Bounds and defaults are the schema's business. */
export const requirementFields: readonly RequirementField[] = fields.map((field) => ({
  ...field,
  flag: `--${field.key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  value: field.value ?? field.words?.join('|') ?? values[field.kind],
}))
