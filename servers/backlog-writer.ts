import type { CloseReason, ServerCounters } from '../src/core/counters.ts'
import type { Cursor } from '../src/core/cursor.ts'
import { bytesPerKiB } from '../src/core/units.ts'
import type { Heartbeat } from './heartbeat.ts'
import { countedCopies, messagesAfter, type ChannelLog, type Listener, type LogGap, type LoggedMessage } from './message-log.ts'

/**
 * How far ahead of its reader a resumed stream is read from the log, in bytes. Small, so that a long backlog never counts
 * as the queue of a slow consumer; large enough to fill the pipe between two turns of the event loop.
 */
const readAheadBytes = 64 * bytesPerKiB

export type Taken = (error: Error | null | undefined) => void

/** What all streams of a server share. */
export interface StreamServer<Member = Stream> {
  streams: Heartbeat<Member>
  counters: ServerCounters
  /** Bytes that may be queued for one client before it is cut as a slow consumer. */
  clientBufferBytes: number
  /** The bytes of a message on the wire: made once, kept in its `frame`. */
  frameOf(message: LoggedMessage): Buffer
  gapFrame(gap: LogGap): Buffer
  /** The bytes of several messages in one piece, made once for all streams; absent = each is written for itself. */
  frameOfAll?(messages: readonly LoggedMessage[]): Buffer
}

/**
 * One client that is sent what its channel has after its position. The functions below work on it. A transport adds these
 * fields to the object that holds the connection anyway, so that a client costs no second one.
 */
export interface Stream extends Listener {
  readonly server: StreamServer
  readonly channel: ChannelLog
  /** Of the last message that was handed to the connection. */
  position: number
  /** True while the rest waits in the log, until the connection has taken what is queued. */
  isBehind: boolean
  /** True when the connection has taken something since the last heartbeat. */
  hasMoved: boolean
  reason: CloseReason
  readonly isOpen: boolean
  /** Bytes that were written and not yet taken by the kernel. */
  readonly queuedBytes: number
  write(frame: Buffer, onTaken?: Taken): void
  /** Ends the connection at once. */
  destroy(): void
  /** Both or none: between them, what is written is held back, to leave as one. */
  cork?(): void
  uncork?(): void
}

/** Registers a stream and sends what its channel holds after the client's cursor. */
export function join(stream: Stream, after: Cursor | undefined): void {
  const { channel, server } = stream
  server.counters.waitingCount++
  channel.addListener(stream)
  server.streams.add(stream)
  stream.position = channel.positionOf(after)
  resumeReading(stream)
}

/** Unregisters a stream whose connection has closed. */
export function leave(stream: Stream): void {
  const { streams, counters } = stream.server
  stream.channel.removeListener(stream)
  streams.delete(stream)
  counters.waitingCount--
  counters.closed[stream.reason]++
}

/** Ends a stream; the first reason is the one that counts. */
export function cut(stream: Stream, reason: CloseReason): void {
  if (stream.reason === 'clientLeft') stream.reason = reason
  stream.channel.removeListener(stream)
  stream.destroy()
}

/** Cuts the reader when an earlier publish has left more than the bound in its queue; within one publish the rest waits in the log. */
export function writeNews(stream: Stream, notified: readonly LoggedMessage[]): void {
  if (stream.isBehind || !stream.isOpen) return
  const messages = messagesAfter(stream.position, notified)
  if (messages.length === 0) return
  const { server, queuedBytes } = stream
  if (queuedBytes > server.clientBufferBytes) return cut(stream, 'slowConsumer')
  // One message is what nearly every delivery is.
  const frame = messages.length === 1 ? server.frameOf(messages[0]!) : server.frameOfAll?.(messages)
  const isTooMuch = frame === undefined || (messages.length > 1 && queuedBytes + frame.length > server.clientBufferBytes)
  if (isTooMuch) return writeUpTo(stream, messages, server.clientBufferBytes, queuedBytes)
  stream.position = messages.at(-1)!.position
  server.counters.deliveredCount += countedCopies(stream.channel, messages)
  stream.write(frame)
  noteQueue(stream)
}

/**
 * Asked before each heartbeat; false when the stream was cut. A reader that is behind has little queued, so only a whole
 * interval without progress shows that it stalls.
 */
export function keepsUp(stream: Stream): boolean {
  if (stream.isBehind && !stream.hasMoved) {
    cut(stream, 'slowConsumer')
    return false
  }
  stream.hasMoved = false
  return true
}

/** Hands over what the log holds after the stream's position, little by little. An error ends this stream alone: above it is only the event loop. */
function resumeReading(stream: Stream): void {
  stream.isBehind = false
  const { server, channel } = stream
  const { gaps, messages } = channel.since(stream.position)
  try {
    for (const gap of gaps) {
      stream.position = gap.position
      stream.write(server.gapFrame(gap))
    }
    writeUpTo(stream, messages, Math.min(readAheadBytes, server.clientBufferBytes), stream.queuedBytes)
  } catch {
    cut(stream, 'streamError')
  }
}

/** Writes until more than `limitBytes` would be queued. The message that crosses it is written too: the bound is that and one message. */
function writeUpTo(stream: Stream, messages: readonly LoggedMessage[], limitBytes: number, queuedBytes: number): void {
  const { server } = stream
  stream.cork?.()
  try {
    for (const message of messages) {
      const frame = server.frameOf(message)
      stream.position = message.position
      if (!message.isMarker) server.counters.deliveredCount++
      stream.isBehind = queuedBytes + frame.length > limitBytes && message !== messages.at(-1)
      stream.write(frame, stream.isBehind ? (error) => onTaken(stream, error) : undefined)
      queuedBytes = noteQueue(stream)
      if (stream.isBehind) return
    }
  } finally {
    // Before the next client's turn, so that the first does not wait for the last.
    stream.uncork?.()
  }
}

function onTaken(stream: Stream, error: Error | null | undefined): void {
  if (error instanceof Error || !stream.isOpen) return
  stream.hasMoved = true
  resumeReading(stream)
}

/** Bytes now queued. A false return of `write` means "queued", not "gone": only the bound decides. */
function noteQueue({ queuedBytes, server: { counters } }: Stream): number {
  if (queuedBytes > counters.maxQueuedBytes) counters.maxQueuedBytes = queuedBytes
  return queuedBytes
}
