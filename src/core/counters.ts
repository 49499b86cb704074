/** Why a server ended a connection or a client lost one. */
export const closeReasons = ['clientLeft', 'shutdown', 'slowConsumer', 'deadPeer', 'messageTooBig', 'protocolError', 'streamError'] as const

export type CloseReason = (typeof closeReasons)[number]

/** What a server counts itself, over its whole life. Client and server counts of the same thing must agree. */
export function emptyServerCounters() {
  return {
    /** Requests of the transport's own route that reached the handler: polls, streams, upgrades. */
    requestCount: 0,
    /** Answers that carried at least one message or a gap. */
    answeredCount: 0,
    /** Answers without a message (204). */
    emptyCount: 0,
    /** Requests whose client went away before an answer. */
    abandonedCount: 0,
    /** Clients that now wait: held polls, open streams, open sockets. */
    waitingCount: 0,
    publishedCount: 0,
    /** Messages and job requests that clients sent; the messages are in `publishedCount` too. */
    upstreamCount: 0,
    /** Message copies handed to a connection. */
    deliveredCount: 0,
    heartbeatCount: 0,
    pongCount: 0,
    /** Connections that negotiated compression. */
    compressedCount: 0,
    /** Largest number of bytes that any one client had queued in this process. */
    maxQueuedBytes: 0,
    closed: Object.fromEntries(closeReasons.map((reason) => [reason, 0])) as Record<CloseReason, number>,
  }
}

export type ServerCounters = ReturnType<typeof emptyServerCounters>
