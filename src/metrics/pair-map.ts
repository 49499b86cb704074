import { harnessError } from '../core/errors.ts'

/** What was published, in columns; the index is the sequence of the message in the trial (0, 1, 2 …), in due order. */
export interface PublishedSchedule {
  dueAtUs: Float64Array
  /** NaN = never published. */
  publishedAtUs: Float64Array
  channel: Uint32Array
  /** Client that sends each message: order is promised among the messages of one sender. Absent = one sender for all. */
  sender?: Uint32Array | undefined
}

/** Stands in `clientChannel` for a client that never subscribed: nothing is expected for it. */
export const neverSubscribed = 0xffff_ffff

/** Bits are addressed with 32-bit arithmetic, which is what keeps a delivery at some ten nanoseconds. */
const pairLimit = 0xffff_ffff

/** Numbers every (message, client) pair that is expected of the messages due before the end of the measured window. */
export interface PairMap {
  /** First pair of a message; the pair of a client is this plus `rankOf` of the client. Later messages have no pairs. */
  firstPairOf: Float64Array
  /** Place of a client among the clients of its channel. */
  rankOf: Uint32Array
  /** Clients that subscribed to a channel. */
  fanOutOf: Uint32Array
  pairCount: number
}

/**
 * Lays out the expected pairs of a trial.
 *
 * @throws {HarnessError} ERR_LEDGER when the columns differ in length, when due instants are not finite and in order, or
 * when there are more pairs than a bitmap can hold (2^32 − 1).
 */
export function mapPairs(schedule: PublishedSchedule, clientChannel: Uint32Array, untilAtUs: number): PairMap {
  const { dueAtUs, publishedAtUs, channel } = schedule
  const messageCount = dueAtUs.length
  if (publishedAtUs.length !== messageCount || channel.length !== messageCount) {
    const got = `${messageCount}, ${publishedAtUs.length} and ${channel.length}`
    throw harnessError('ERR_LEDGER', `schedule: its columns must be of one length, got ${got}. This is a bug of the harness; report it.`)
  }
  const { rankOf, fanOutOf } = rankClients(clientChannel)
  const firstPairOf = new Float64Array(messageCount)
  let pairCount = 0
  let previousAtUs = -Infinity
  for (let message = 0; message < messageCount; message++) {
    const atUs = dueAtUs[message]!
    if (!Number.isFinite(atUs) || atUs < previousAtUs) {
      const wrong = `due instants must be finite and in order, got ${atUs} after ${previousAtUs}`
      throw harnessError('ERR_LEDGER', `schedule: message ${message}: ${wrong}. This is a bug of the harness; report it.`)
    }
    previousAtUs = atUs
    if (atUs >= untilAtUs) continue
    firstPairOf[message] = pairCount
    pairCount += fanOutOf[channel[message]!] ?? 0
  }
  if (pairCount > pairLimit) {
    throw harnessError('ERR_LEDGER', `schedule: ${pairCount} deliveries are expected, at most ${pairLimit} can be kept. Shorten the trial.`)
  }
  return { firstPairOf, rankOf, fanOutOf, pairCount }
}

function rankClients(clientChannel: Uint32Array): { rankOf: Uint32Array; fanOutOf: Uint32Array } {
  let channelCount = 0
  for (const channel of clientChannel) if (channel !== neverSubscribed && channel >= channelCount) channelCount = channel + 1
  const fanOutOf = new Uint32Array(channelCount)
  const rankOf = new Uint32Array(clientChannel.length)
  for (const [client, channel] of clientChannel.entries()) {
    if (channel !== neverSubscribed) rankOf[client] = fanOutOf[channel]!++
  }
  return { rankOf, fanOutOf }
}

/** The published messages of each channel, in due order: the server counts 1, 2, 3 … over what reached it. */
export function publishedByChannel(schedule: PublishedSchedule): Map<number, number[]> {
  const messagesOf = new Map<number, number[]>()
  for (const [message, channel] of schedule.channel.entries()) {
    if (Number.isNaN(schedule.publishedAtUs[message])) continue
    const messages = messagesOf.get(channel)
    if (messages === undefined) messagesOf.set(channel, [message])
    else messages.push(message)
  }
  return messagesOf
}

/** The message that a cursor of a channel stands for: its c-th *published* message; −1 when there is none. */
export function cursorReader(messagesOf: ReadonlyMap<number, readonly number[]>): (channel: number, cursor: number) => number {
  return (channel, cursor) => messagesOf.get(channel)?.[cursor - 1] ?? -1
}
