import type { FastifyReply } from 'fastify'
import { parseCursor, type Cursor } from '../src/core/cursor.ts'
import { harnessError } from '../src/core/errors.ts'
import type { ServerCounters } from '../src/core/counters.ts'
import type { Behaviour } from '../src/core/scenario.ts'
import type { Contender } from '../src/core/transport.ts'
import type { MessageLog } from './message-log.ts'

/**
 * What a transport's Fastify plugin is registered with. A plugin mounts `GET /<transport>`, reads from `log`, keeps
 * `counters` true, and ends all that it holds in a `preClose` hook. It reads no clock and knows no scenario.
 */
export interface ServerContext<Options = Contender> {
  log: MessageLog
  counters: ServerCounters
  options: Options
  behaviour: Behaviour
  /** Longest time that a client's answer may be under way, in ms; 0 on the loopback alone. */
  pathMs: number
}

/** The query that all transports take. */
export interface SubscribeQuery {
  channel: string
  /** Undefined for a client that has read nothing yet: it gets all that is kept. */
  after: Cursor | undefined
  /** Longest hold that the client asks for, in ms; `undefined` when it does not say. */
  waitMs: number | undefined
}

const names: readonly string[] = ['channel', 'after', 'wait']

/**
 * Reads `channel`, `after` (a cursor; absent = all that is kept) and `wait`.
 *
 * @throws {HarnessError} ERR_WIRE, with `statusCode` 400 for Fastify, if one is missing, unknown, given twice or not of its form
 */
export function subscribeQuery(query: Record<string, unknown>): SubscribeQuery {
  for (const [key, value] of Object.entries(query)) {
    if (!names.includes(key)) throw badRequest(`unknown query parameter "${key}"; allowed are channel, after and wait`)
    if (Array.isArray(value)) throw badRequest(`query parameter "${key}" is given ${value.length} times; allowed is once`)
  }
  const { channel } = query
  if (typeof channel !== 'string' || channel === '') throw badRequest('query parameter "channel" is missing')
  return { channel, after: cursorIn(query), waitMs: wholeNumber(query, 'wait') }
}

function cursorIn({ after: text }: Record<string, unknown>): Cursor | undefined {
  if (text === undefined) return undefined
  const cursor = typeof text === 'string' ? parseCursor(text) : undefined
  if (cursor === undefined)
    throw badRequest(`query parameter "after" must be a cursor as the server gave it, such as abcd-17, got ${JSON.stringify(text)}`)
  return cursor
}

function wholeNumber(query: Record<string, unknown>, key: 'wait'): number | undefined {
  const text = query[key]
  if (text === undefined) return undefined
  const value = Number(text)
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text))
    throw badRequest(`query parameter "${key}" must be a whole number of at least 0, got ${JSON.stringify(text)}`)
  return value
}

function badRequest(message: string) {
  return Object.assign(harnessError('ERR_WIRE', `request: ${message}.`), { statusCode: 400 })
}

/** What a server takes for a cursor that it cannot read: that of some other log. */
const foreignCursor: Cursor = { epoch: '', position: 0 }

/**
 * The cursor after which an SSE client resumes: its `Last-Event-ID` header (WHATWG HTML §9.2.4) wins over the query. A
 * browser sends whatever id it saw last, perhaps that of another server: to refuse it would end its stream for good.
 */
export function resumeCursor(lastEventId: string | string[] | undefined, after: Cursor | undefined): Cursor | undefined {
  if (typeof lastEventId !== 'string' || lastEventId === '') return after
  return parseCursor(lastEventId) ?? foreignCursor
}

/** Takes a reply out of Fastify's hands and starts its answer with the headers that hooks have set on it. */
export function startHijacked(reply: FastifyReply, status: number, headers: Record<string, string>): void {
  const kept = reply.getHeaders()
  reply.hijack()
  reply.raw.writeHead(status, { ...kept, ...headers } as Record<string, string>)
  reply.raw.flushHeaders()
}
