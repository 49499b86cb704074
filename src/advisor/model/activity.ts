import type { Spans } from '../../core/profile-result.ts'
import { msPerSecond, usPerSecond } from '../../core/units.ts'
import { answerBodyBytes, cursorForm, deliveryBytes, frameHeadBytes, heartbeatDownBytes, heartbeatUpBytes } from './framing.ts'
import type { ModelTransport, Workload } from './workload.ts'

/** What one server process has and does in a second: the quantities that a model has unit costs for. */
export interface Activity {
  /** Always 1: what a process costs with nothing to do. */
  base: number
  /** Those whose connection is open (`heldRatio`). */
  clients: number
  channels: number
  /** Messages that are published to this process. */
  messages: number
  deliveries: number
  /** Payload of the deliveries, in bytes. */
  payload: number
  polls: number
  emptyPolls: number
  answeredPolls: number
  heartbeats: number
  connects: number
  upstream: number
  upstreamPayload: number
  /** Bytes down that framing alone decides: payload, frames, bodies, heartbeats. */
  framedDown: number
  /** Bytes up that framing alone decides: frames of clients, pongs. */
  framedUp: number
  /** Messages that find the process cold, or come in a request of their own; the others come with or right behind one (`wakesOf`). */
  batches: number
  /** Pieces of work that clients begin: polls that no delivery has brought about, and what they send. */
  turns: number
  /** Those of them that find the process cold. */
  wakes: number
}

/** The share of a workload that falls to one of its instances. */
export interface InstanceLoad {
  clientCount: number
  messagesPerSecond: number
  /** Clients of this instance that hear one of its messages. */
  fanOutCount: number
}

/**
 * Shares a workload out over instances, clients at random. A message goes to every instance that holds one of its readers:
 * n × (1 − (1 − 1/n)^fan-out) of n on average.
 */
export function instanceLoad(workload: Workload, instanceCount: number): InstanceLoad {
  const { clientCount, messagesPerSecondPerClient } = workload
  const fanOut = Math.max(1, workload.fanOut === 'broadcast' ? clientCount : Math.min(workload.fanOut, clientCount))
  const clients = clientCount / instanceCount
  const touched = instanceCount * (1 - (1 - 1 / instanceCount) ** fanOut)
  const deliveries = clients * messagesPerSecondPerClient
  const fanOutCount = Math.max(1, fanOut / touched)
  return { clientCount: clients, messagesPerSecond: deliveries / fanOutCount, fanOutCount }
}

/** Polls of one client per second, and the share of them that brings something. */
export interface Polling {
  perSecond: number
  answeredRatio: number
}

/**
 * A poll each interval; it brings something unless nothing came: 1 − e^(−rate × interval).
 *
 * Known answer: at 1 message/s and an interval of 1 s, 63.2 % of the polls.
 */
export function shortPolling(rate: number, intervalMs: number): Polling {
  return { perSecond: msPerSecond / intervalMs, answeredRatio: -Math.expm1((-rate * intervalMs) / msPerSecond) }
}

/**
 * A poll waits (1 − e^(−rate × hold)) / rate for its message, and a round trip passes before the next is held; what came
 * meanwhile is there at once.
 *
 * Known answer: without a round trip, requests per delivery = 1 / (1 − e^(−rate × hold)).
 */
export function longPolling(rate: number, holdTimeMs: number, roundTripMs: number): Polling {
  const hold = holdTimeMs / msPerSecond
  const roundTrip = roundTripMs / msPerSecond
  const wait = rate === 0 ? hold : (Math.exp(-rate * roundTrip) * -Math.expm1(-rate * hold)) / rate
  return { perSecond: 1 / (wait + roundTrip), answeredRatio: -Math.expm1(-rate * (hold + roundTrip)) }
}

/**
 * Wait of a message for a poll that may take it, at a quantile, in ms: none while one is held. What comes in the round trip
 * between an answer and the next poll, at any instant of it, waits for the rest of it: the third transit of RFC 6202 §2.2.
 * Messages come at random, so their share is that of the time: round trip × polls per second of the cycle of `longPolling`.
 *
 * Known answer: of messages without end and a round trip of 100 ms, the median waits 50 ms.
 */
export function longPollWaitMs(quantile: number, rate: number, holdTimeMs: number, roundTripMs: number): number {
  const awayRatio = (longPolling(rate, holdTimeMs, roundTripMs).perSecond * roundTripMs) / msPerSecond
  const share = quantile - (1 - awayRatio)
  return share <= 0 ? 0 : (roundTripMs * share) / awayRatio
}

/**
 * Share of its clients that a server has a connection of. Where polls are rarer than the keep-alive, each opens one that
 * lives for the keep-alive: by Little's law polls per second × keep-alive are open.
 */
export function heldRatio(transport: ModelTransport, { pollIntervalMs, keepAliveMs }: Workload): number {
  return transport === 'short-poll' ? Math.min(1, keepAliveMs / pollIntervalMs) : 1
}

/**
 * Turns that find the process cold, when it stays warm for `spanUs` after each such turn: λ / (1 + λ × span), the count of a
 * detector with a dead time. Work that is rare pays for each wake-up; work that is dense pays for few.
 *
 * Known answer: 1,000 turns/s and a span of 1 ms give 500 wake-ups.
 */
export function wakesOf(turns: number, spanUs: number): number {
  return turns / (1 + (turns * spanUs) / usPerSecond)
}

/** Pieces of work that clients begin. A held poll that was answered comes back at once, while the process is warm; polls in phase are one piece. */
export function turnsOf(
  transport: ModelTransport,
  { isInPhase, pollIntervalMs }: Workload,
  { upstream, polls, emptyPolls }: Pick<Activity, 'upstream' | 'polls' | 'emptyPolls'>,
): number {
  if (transport !== 'short-poll') return upstream + emptyPolls
  return upstream + (isInPhase ? Math.min(polls, msPerSecond / pollIntervalMs) : polls)
}

/**
 * What happens in one instance of a transport that stays warm for these spans.
 *
 * @param cursor of the trials, where it is not that of today
 */
export function activityOf(transport: ModelTransport, workload: Workload, load: InstanceLoad, spans: Spans, cursor = cursorForm): Activity {
  const { clientCount: clients, messagesPerSecond: messages, fanOutCount } = load
  const { messagesPerSecondPerClient: rate, payloadBytes, upstreamBytes } = workload
  const polling = pollings[transport](workload)
  const polls = clients * polling.perSecond
  const answeredPolls = polls * polling.answeredRatio
  const emptyPolls = polls - answeredPolls
  const deliveries = clients * rate
  const heartbeats = hasHeartbeats[transport] ? (clients * msPerSecond) / workload.heartbeatMs : 0
  const upstream = clients * workload.upstreamPerSecondPerClient
  const frameUp = upstreamLineBytes(upstreamBytes)
  const held = heldRatio(transport, workload)
  const arrivals = workload.sessionSeconds === null ? 0 : clients / workload.sessionSeconds
  const turns = turnsOf(transport, workload, { upstream, polls, emptyPolls })
  return {
    base: 1,
    clients: clients * held,
    channels: workload.fanOut === 'broadcast' ? 1 : clients / fanOutCount,
    messages,
    deliveries,
    payload: deliveries * payloadBytes,
    polls,
    emptyPolls,
    answeredPolls,
    heartbeats,
    // The first poll of a client is one of its polls.
    connects: held < 1 ? polls : arrivals,
    upstream,
    upstreamPayload: upstream * upstreamBytes,
    framedDown:
      deliveries * deliveryBytes(transport, payloadBytes, cursor) +
      answeredPolls * answerBodyBytes(cursor) +
      heartbeats * heartbeatDownBytes[transport],
    framedUp:
      heartbeats * heartbeatUpBytes[transport] + (transport === 'websocket' ? upstream * (frameHeadBytes(frameUp, true) + frameUp) : 0),
    batches: wakesOf(messages, spans.batchUs),
    turns,
    wakes: wakesOf(turns, spans.wakeUs),
  }
}

const hasHeartbeats = { 'short-poll': false, 'long-poll': false, sse: true, websocket: true } satisfies Record<ModelTransport, boolean>

const noPolling: Polling = { perSecond: 0, answeredRatio: 0 }

const pollings = {
  'short-poll': ({ messagesPerSecondPerClient, pollIntervalMs }) => shortPolling(messagesPerSecondPerClient, pollIntervalMs),
  'long-poll': ({ messagesPerSecondPerClient, holdTimeMs, roundTripMs }) =>
    longPolling(messagesPerSecondPerClient, holdTimeMs, roundTripMs),
  sse: () => noPolling,
  websocket: () => noPolling,
} satisfies Record<ModelTransport, (workload: Workload) => Polling>

/** `{"data":"…"}` */
export function upstreamLineBytes(payloadBytes: number): number {
  return 11 + payloadBytes
}
