import { drawEpoch, formatCursor, type Cursor } from '../src/core/cursor.ts'
import { harnessError } from '../src/core/errors.ts'
import { leastLogLimits, type LogLimits } from '../src/core/log-limits.ts'
import { endMarker } from '../src/core/payload.ts'
import { gapLine, messageLine, pollBody, type PublishedMessage } from '../src/core/wire.ts'

/** A message that the log holds. `line` is its one serialisation; `frame` is where the mounted transport keeps the bytes that it writes for it. */
export interface LoggedMessage {
  /** Counts 1, 2, 3 … in its channel. */
  readonly position: number
  readonly cursor: string
  readonly line: string
  /** True for the end marker of a trial, which is delivered as a message and counted as none. */
  readonly isMarker: boolean
  frame: Buffer | undefined
}

/** Stands in place of messages that a reader will not get; the reader has then read up to its cursor. */
export type LogGap = Pick<LoggedMessage, 'position' | 'cursor' | 'line'>

/** A listener that wants the messages of a channel as they arrive. */
export interface Listener {
  /** Called once per publish with all new messages of the channel, in order. What it throws is given to `onError`. */
  onMessages(messages: readonly LoggedMessage[]): void
  onError(error: unknown): void
}

/** The bounds, and how long messages are gathered before any client may have them. */
export interface LogOptions extends LogLimits {
  /** Of the log that this one goes on with; drawn where it begins afresh. */
  epoch: string
  /** From the first message of a batch, in ms; 0 = each turn of the event loop is a batch of its own. */
  batchWindowMs: number
}

const defaults: Omit<LogOptions, 'epoch'> = { ...leastLogLimits, batchWindowMs: 0 }

/** Slots of messages gone that are kept before the array is moved: moving it for each message would cost as much as the window is long. */
const slackCount = 1_024

/** The position of a reader whose cursor is of another log: before all that this one has. */
const ofAnotherLog = -1

/**
 * Recent messages by channel and position: the one truth that polls and resumes read from.
 *
 * A bounded window is kept, and a gap with its exact size stands for what has left it. A reader with a cursor of another log
 * gets a gap of unknown size and all that is kept.
 */
export class MessageLog {
  readonly #options: LogOptions
  readonly #channels = new Map<string, ChannelLog>()
  #pending = new Map<ChannelLog, LoggedMessage[]>()
  /** What waits for the end of its batch window: not yet in the log, so that no poll and no resume sees it earlier. */
  #batch: PublishedMessage[] = []
  #endOfBatch: NodeJS.Timeout | undefined

  constructor(options: Partial<LogOptions> = {}) {
    this.#options = { epoch: drawEpoch(), ...defaults, ...options }
  }

  /** Channels that hold a message or have a listener. */
  get channelCount(): number {
    return this.#channels.size
  }

  /**
   * The channel of this name, its listeners notified of everything that it holds; an empty one if nobody uses it yet. Whoever wants to
   * listen to it does so in the same turn: an empty channel that nobody listens to is not kept, or each name that somebody
   * asks for would cost memory for good.
   */
  channel(name: string): ChannelLog {
    // Flush first, so that a new listener neither misses nor repeats a message.
    this.#flush()
    return this.#channels.get(name) ?? new ChannelLog(name, this.#options, this.#channels)
  }

  /** Messages that have left the window, of each channel that has dropped any: no client can get them any more. */
  goneCounts(): Record<string, number> {
    return Object.fromEntries(
      [...this.#channels].map(([name, { leftCount }]) => [name, leftCount] as const).filter(([, count]) => count > 0),
    )
  }

  /** Takes messages in: at once, or for the end of the batch window that the first of them opens. */
  publish(messages: readonly PublishedMessage[]): void {
    const { batchWindowMs } = this.#options
    if (batchWindowMs === 0) return this.#log(messages)
    if (this.#batch.length === 0) this.#endOfBatch = setTimeout(() => this.flush(), batchWindowMs)
    this.#batch.push(...messages)
  }

  /** Ends the batch window, if one is open. */
  flush(): void {
    clearTimeout(this.#endOfBatch)
    const batch = this.#batch
    this.#batch = []
    this.#log(batch)
  }

  /**
   * Logs all messages at once and notifies each channel's listeners at the end of this turn of the event loop, with all
   * messages of the turn: what came together leaves together, as one answer to a held poll and one write to a socket.
   */
  #log(messages: readonly PublishedMessage[]): void {
    if (this.#pending.size === 0) setImmediate(() => this.#flush())
    for (const { channel: name, data } of messages) {
      const channel = this.#channelOf(name)
      const logged = channel.append(data)
      const list = this.#pending.get(channel)
      if (list === undefined) this.#pending.set(channel, [logged])
      else list.push(logged)
    }
  }

  #flush(): void {
    if (this.#pending.size === 0) return
    const pending = this.#pending
    this.#pending = new Map()
    for (const [channel, list] of pending) channel.notify(list)
  }

  #channelOf(name: string): ChannelLog {
    let channel = this.#channels.get(name)
    if (channel === undefined) this.#channels.set(name, (channel = new ChannelLog(name, this.#options, this.#channels)))
    return channel
  }
}

/**
 * Which of the messages that a listener is notified of are new to it. One that was behind and has just read the log has those
 * already that were logged in this turn and are notified at its end.
 */
export function messagesAfter(position: number, notified: readonly LoggedMessage[]): readonly LoggedMessage[] {
  return notified[0]!.position > position ? notified : notified.filter((message) => message.position > position)
}

/** How many of these copies count as deliveries. */
export function countedCopies(channel: ChannelLog, messages: readonly LoggedMessage[]): number {
  return channel.hasMarker ? messages.filter(({ isMarker }) => !isMarker).length : messages.length
}

/** The messages of one channel and those who listen to it. */
export class ChannelLog {
  readonly #listeners = new Set<Listener>()
  /** Of the newest message; 0 before the first. */
  position = 0
  hasMarker = false
  readonly #name: string
  readonly #options: LogOptions
  /** Those of the log that are in use, by name. */
  readonly #inUse: Map<string, ChannelLog>
  /** The window is what follows the first `#goneCount` slots. */
  #slots: (LoggedMessage | undefined)[] = []
  #goneCount = 0
  #keptBytes = 0
  #answer: { after: number; position: number; body: string } | undefined

  constructor(name: string, options: LogOptions, inUse: Map<string, ChannelLog>) {
    this.#name = name
    this.#options = options
    this.#inUse = inUse
  }

  get listeners(): ReadonlySet<Listener> {
    return this.#listeners
  }

  /** @throws {HarnessError} ERR_HARNESS if the channel was asked for in an earlier turn and another of its name is in use by now */
  addListener(listener: Listener): void {
    const inUse = this.#inUse.get(this.#name)
    if (inUse === undefined) this.#inUse.set(this.#name, this)
    else if (inUse !== this) throw harnessError('ERR_HARNESS', `log: channel "${this.#name}" was asked for in an earlier turn.`)
    this.#listeners.add(listener)
  }

  /** Does nothing for one that is no listener. */
  removeListener(listener: Listener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0 && this.position === 0) this.#inUse.delete(this.#name)
  }

  append(data: string): LoggedMessage {
    const position = ++this.position
    const cursor = this.#cursorAt(position)
    const message: LoggedMessage = { position, cursor, line: messageLine(cursor, data), isMarker: data === endMarker, frame: undefined }
    this.#slots.push(message)
    this.#keptBytes += message.line.length
    if (message.isMarker) {
      // It drives nothing out: what it is to find missing would be missing because of it.
      this.hasMarker = true
      return message
    }
    const { keptCount, keptBytes } = this.#options
    while (this.#keptCount > 1 && (this.#keptCount > keptCount || this.#keptBytes > keptBytes)) this.#dropOldest()
    return message
  }

  notify(messages: readonly LoggedMessage[]): void {
    for (const listener of this.#listeners) {
      try {
        listener.onMessages(messages)
      } catch (error) {
        listener.onError(error)
      }
    }
  }

  /**
   * The position after which a reader with this cursor goes on. A cursor that this log never gave is of another one, also
   * where the epoch is the same: that log was lost in part.
   *
   * @param cursor undefined = it has read nothing yet
   */
  positionOf(cursor: Cursor | undefined): number {
    if (cursor === undefined) return 0
    return cursor.epoch === this.#options.epoch && cursor.position <= this.position ? cursor.position : ofAnotherLog
  }

  /** True when there is a message or a gap after this position. */
  hasAfter(after: number): boolean {
    return this.position !== after
  }

  /** Every kept message after the position, and what replaces the others. */
  since(after: number): { gaps: readonly LogGap[]; messages: readonly LoggedMessage[] } {
    const gaps: LogGap[] = []
    if (after === ofAnotherLog) gaps.push(this.#gap(0, null))
    const from = Math.max(0, after)
    const { leftCount } = this
    if (leftCount > from) gaps.push(this.#gap(leftCount, leftCount - from))
    return { gaps, messages: this.#slots.slice(this.#goneCount + Math.max(0, from - leftCount)) as LoggedMessage[] }
  }

  /** The body that answers a poll after `after`; made once for all polls that ask for the same. */
  answerAfter(after: number): string {
    if (this.#answer?.after !== after || this.#answer.position !== this.position) {
      const { gaps, messages } = this.since(after)
      const lines = [...gaps, ...messages].map(({ line }) => line)
      this.#answer = { after, position: this.position, body: pollBody(this.#cursorAt(this.position), lines) }
    }
    return this.#answer.body
  }

  /** Messages that have left the window. */
  get leftCount(): number {
    return this.position - this.#keptCount
  }

  #cursorAt(position: number): string {
    return formatCursor(this.#options.epoch, position)
  }

  #gap(position: number, count: number | null): LogGap {
    const cursor = this.#cursorAt(position)
    return { position, cursor, line: gapLine(cursor, count) }
  }

  get #keptCount(): number {
    return this.#slots.length - this.#goneCount
  }

  #dropOldest(): void {
    this.#keptBytes -= this.#slots[this.#goneCount]!.line.length
    this.#slots[this.#goneCount++] = undefined
    if (this.#goneCount < slackCount) return
    this.#slots = this.#slots.slice(this.#goneCount)
    this.#goneCount = 0
  }
}
