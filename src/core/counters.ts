/** Why a server ended a connection or a client lost one. */
export const closeReasons = ['clientLeft', 'shutdown', 'slowConsumer', 'deadPeer', 'messageTooBig', 'protocolError', 'streamError'] as const

export type CloseReason = (typeof closeReasons)[number]

/** What a server counts itself, over its whole life. Client and server counts of the same thing must agree. */
export interface ServerCounters {
  /** Requests of the transport's own route that reached the handler: polls, streams, upgrades. */
  requestCount: number
  /** Answers that carried at least one message or a gap. */
  answeredCount: number
  /** Answers without a message (204). */
  emptyCount: number
  /** Requests whose client went away before an answer. */
  abandonedCount: number
  /** Clients that now wait: held polls, open streams, open sockets. */
  waitingCount: number
  publishedCount: number
  /** Messages and job requests that clients sent; the messages are in `publishedCount` too. */
  upstreamCount: number
  /** Message copies handed to a connection. */
  deliveredCount: number
  heartbeatCount: number
  pongCount: number
  /** Connections that negotiated compression. */
  compressedCount: number
  /** Largest number of bytes that any one client had queued in this process. */
  maxQueuedBytes: number
  closed: Record<CloseReason, number>
}

export function emptyServerCounters(): ServerCounters {
  return {
    requestCount: 0,
    answeredCount: 0,
    emptyCount: 0,
    abandonedCount: 0,
    waitingCount: 0,
    publishedCount: 0,
    upstreamCount: 0,
    deliveredCount: 0,
    heartbeatCount: 0,
    pongCount: 0,
    compressedCount: 0,
    maxQueuedBytes: 0,
    closed: Object.fromEntries(closeReasons.map((reason) => [reason, 0])) as Record<CloseReason, number>,
  }
}
