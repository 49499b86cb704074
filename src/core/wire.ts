import { harnessError } from './errors.ts'
import { memoize } from './memoize.ts'

/** What the publisher sends: one message for one channel. `data` is any text. */
export interface PublishedMessage {
  channel: string
  data: string
}

/** One message as every transport delivers it. Whoever has it has read up to `cursor`. */
export interface WireMessage {
  cursor: string
  data: string
}

/**
 * Stands in place of messages that a client will not get. `gap` is their exact number where they have left the log; null
 * where the client's cursor is of another log, so that no server knows it. Behind it the client has read up to `cursor`.
 */
export interface WireGap {
  cursor: string
  gap: number | null
}

export const paths = { publish: '/publish', health: '/health', jobs: '/jobs' } as const

/** Largest accepted body of `POST /publish`, in bytes. */
export const publishBodyLimitBytes = 8 * 1024 * 1024

/** The one line of JSON that stands for a message in all four transports; made once per message. */
export function messageLine(cursor: string, data: string): string {
  return `{"cursor":"${cursor}","data":${JSON.stringify(data)}}`
}

/** The body of `POST /publish`. */
export function publishBody(messages: readonly PublishedMessage[]): string {
  return JSON.stringify({ messages })
}

/** The text frame by which a WebSocket client sends a message to the channel of its connection. */
export function upstreamFrame(data: string): string {
  return `{"data":${JSON.stringify(data)}}`
}

/**
 * Reads the text frame of a client.
 *
 * @throws {HarnessError} ERR_WIRE if the text is not such a frame
 */
export function parseUpstreamFrame(text: string): string {
  const frame = parseJson(text) as { data?: unknown } | null
  if (typeof frame?.data !== 'string' || Object.keys(frame).length !== 1) throw unreadable(text)
  return frame.data
}

/** What `POST /jobs` asks for. */
export interface JobRequest {
  /** Sequence of the payload of its first message; the others follow. */
  firstSequence: number
  messageCount: number
  /** From the request to the first message, in ms. */
  delayMs: number
  /** Between two messages, in ms. */
  gapMs: number
}

export function jobRequestBody(job: JobRequest): string {
  return JSON.stringify(job)
}

/** The body that answers a job request: its id, which is its channel. */
export function jobAnswer(channel: string): string {
  return JSON.stringify({ job: channel })
}

/**
 * The channel of a job that was accepted.
 *
 * @throws {HarnessError} ERR_WIRE if the text is no such answer
 */
export function parseJobAnswer(text: string): string {
  const { job } = (parseJson(text) ?? {}) as { job?: unknown }
  if (typeof job !== 'string' || job === '') throw unreadable(text)
  return job
}

/** The line that stands for a gap. */
export function gapLine(cursor: string, gap: number | null): string {
  return `{"cursor":"${cursor}","gap":${gap}}`
}

/** The body of a poll answer: lines joined as they are, never serialised again. */
export function pollBody(cursor: string, lines: readonly string[]): string {
  return `{"cursor":"${cursor}","messages":[${lines.join(',')}]}`
}

/** What a poll answer holds. */
export interface PollAnswer {
  cursor: string
  messages: readonly (WireMessage | WireGap)[]
}

/**
 * Reads one line: an SSE `data:` field or a WebSocket text frame.
 *
 * @throws {HarnessError} ERR_WIRE if the text is not such a line
 */
export const parseLine = memoize((text: string): WireMessage | WireGap => checked(parseJson(text), text))

/**
 * Reads the body of a poll answer.
 *
 * @throws {HarnessError} ERR_WIRE if the text is not such a body
 */
export const parsePollBody = memoize((text: string): PollAnswer => {
  const body = parseJson(text) as { cursor?: unknown; messages?: unknown } | null
  if (typeof body?.cursor !== 'string' || !Array.isArray(body.messages)) throw unreadable(text)
  for (const message of body.messages) checked(message, text)
  return body as PollAnswer
})

function checked(value: unknown, text: string): WireMessage | WireGap {
  const line = value as Partial<WireMessage & WireGap> | null
  if (typeof line?.cursor === 'string') {
    if (typeof line.data === 'string') return line as WireMessage
    if (typeof line.gap === 'number' || line.gap === null) return line as WireGap
  }
  throw unreadable(text)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(text, cause)
  }
}

function unreadable(text: string, cause?: unknown) {
  return harnessError(
    'ERR_WIRE',
    `wire: not a message line or poll body, got ${JSON.stringify(text.slice(0, 80))}. The server under test uses another format; see docs/method.md.`,
    cause,
  )
}
