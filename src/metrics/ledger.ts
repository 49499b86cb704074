import { harnessError } from '../core/errors.ts'
import { corruptedFlag, DeliveryColumns, deliveryCount } from '../core/recorder.ts'
import type { Ledger } from '../core/result.ts'
import { ledger } from '../core/trial-result.ts'
import { cursorReader, mapPairs, publishedByChannel } from './pair-map.ts'
import type { PairMap, PublishedSchedule } from './pair-map.ts'

/** Senders that one key of client and sender has room for. */
const senderRange = 2 ** 32

export interface LedgerInput {
  schedule: PublishedSchedule
  /** Channel of each client, by client; 0xFFFFFFFF = never subscribed. */
  clientChannel: Uint32Array
  /** Blocks as `DeliveryRecorder.bytes()` makes them: each client in one block only, in order of receipt. */
  deliveries: readonly Uint8Array[]
  measuredFromAtUs: number
  measuredUntilAtUs: number
  gapMessageCount: number
  /**
   * By client, how many messages of its channel, in the order in which they were published, are settled though nothing
   * need have come behind them: what of them has not come is lost. Absent = none of any client.
   */
  settledCountOf?: Uint32Array | undefined
}

/**
 * Pairs that the contender owes: those that are lost, and those that it stopped delivering. Of a trial that counts it owes
 * all that was not received, since the gate `not-received` takes any other out of the count.
 */
export function owedCount({ lostCount, notReceivedCount }: Pick<Ledger, 'lostCount' | 'notReceivedCount'>): number {
  return lostCount + notReceivedCount
}

/** A ledger of nothing, to add to. */
export const emptyLedger = Object.fromEntries(Object.keys(ledger.shape).map((figure) => [figure, 0])) as Readonly<Ledger>

/** The ledger and, for each delivered pair of the measured window, its columns in one order. */
export interface LedgerOutcome {
  ledger: Ledger
  /** Delivery latency: received − due. */
  latenciesUs: Float64Array
  messageOf: Uint32Array
  clientOf: Uint32Array
  receivedAtUs: Float64Array
  /** Service latency: received − published. */
  serviceLatenciesUs: Float64Array
  /** Delivered pairs received before they were due: the clock or the schedule is wrong, and no latency may be shown. */
  negativeCount: number
  /** Delivered pairs of messages due before the window. */
  warmUp: { latenciesUs: Float64Array; messageOf: Uint32Array }
  /** Expected pairs of the measured window, by client. */
  expectedOfClient: Uint32Array
  /** Of these, the pairs that were not received, by client. */
  notReceivedOfClient: Uint32Array
  /** Expected pairs of the measured window, by message (0 outside it). */
  expectedOfMessage: Uint32Array
}

/**
 * Accounts for every (message, client) pair of a trial, with the same meaning for all transports (docs/method.md#the-ledger).
 *
 * Expected: each message due in [from, until) for each subscribed client of its channel, whether it was published or not.
 * Delivered is its first intact receipt, duplicated each further one. Corrupted are pairs of which only damaged copies
 * came. Lost are those that nothing can come of any more: a later message reached the same client (where clients send, of
 * the same sender), or the pair is settled. Not received are the others of which nothing came, and those of messages that
 * never left: `expected = delivered + lost + corrupted + notReceived` always. Reordered counts first receipts behind a later
 * message of the same client and, where clients send, of the same sender. Unexpected counts receipts, from the start of the
 * window on, of a message that this client should not get or that does not exist. Messages due earlier are kept apart, later
 * ones ignored.
 *
 * @throws {HarnessError} ERR_LEDGER when schedule or records contradict themselves.
 */
export function keepLedger(input: LedgerInput): LedgerOutcome {
  const builder = new LedgerBuilder(input)
  for (const bytes of input.deliveries) {
    const columns = new DeliveryColumns(bytes)
    for (let record = 0; record < columns.count; record++) {
      const tag = columns.message(record)
      const client = columns.client(record)
      const receivedAtUs = columns.receivedAtUs(record)
      if (tag < corruptedFlag) builder.intact(tag, client, receivedAtUs)
      else builder.corrupted(tag - corruptedFlag, client, receivedAtUs)
    }
  }
  return builder.close()
}

/** Keeps the account of a trial while its records are read one after the other, each client's in order of receipt. */
class LedgerBuilder {
  readonly #input: LedgerInput
  readonly #pairs: PairMap
  readonly #deliveredBits: Uint8Array
  #corruptedBits: Uint8Array | undefined
  #messageAt: ((channel: number, cursor: number) => number) | undefined
  readonly #highestOf: Int32Array
  /** The same by client and sender, where there are several. */
  readonly #highestBySender = new Map<number, number>()
  /** Highest message of which a damaged copy came, by the same keys: it shows what was overtaken, not what comes later. */
  readonly #highestDamaged = new Map<number, number>()
  readonly #messagesOf: Map<number, number[]>
  readonly #expectedOfMessage: Uint32Array
  readonly #expectedOfClient: Uint32Array
  readonly #latenciesUs: Float64Array
  readonly #serviceLatenciesUs: Float64Array
  readonly #receivedAtUs: Float64Array
  readonly #messageOf: Uint32Array
  readonly #clientOf: Uint32Array
  readonly #warmUp: LedgerOutcome['warmUp']
  readonly #ledger: Ledger
  #negativeCount = 0

  constructor(input: LedgerInput) {
    const { schedule, clientChannel, deliveries, measuredFromAtUs, measuredUntilAtUs, gapMessageCount } = input
    this.#input = input
    this.#ledger = { ...emptyLedger, gapMessageCount }
    this.#pairs = mapPairs(schedule, clientChannel, measuredUntilAtUs)
    this.#messagesOf = publishedByChannel(schedule)
    this.#deliveredBits = new Uint8Array(Math.ceil(this.#pairs.pairCount / 8))
    this.#highestOf = new Int32Array(clientChannel.length).fill(-1)
    const { fanOutOf } = this.#pairs
    const measuredOfChannel = new Uint32Array(fanOutOf.length)
    this.#expectedOfMessage = new Uint32Array(schedule.dueAtUs.length)
    for (const [message, dueAtUs] of schedule.dueAtUs.entries()) {
      const channel = schedule.channel[message]!
      const fanOut = fanOutOf[channel] ?? 0
      if (fanOut === 0 || dueAtUs >= measuredUntilAtUs) continue
      if (dueAtUs < measuredFromAtUs) {
        this.#ledger.warmUpExpectedCount += fanOut
      } else {
        this.#ledger.expectedCount += fanOut
        this.#expectedOfMessage[message] = fanOut
        measuredOfChannel[channel]!++
      }
    }
    this.#expectedOfClient = clientChannel.map((channel) => measuredOfChannel[channel] ?? 0)
    const recordCount = deliveries.reduce((sum, bytes) => sum + deliveryCount(bytes), 0)
    const room = Math.min(this.#ledger.expectedCount, Math.ceil(recordCount))
    this.#latenciesUs = new Float64Array(room)
    this.#serviceLatenciesUs = new Float64Array(room)
    this.#receivedAtUs = new Float64Array(room)
    this.#messageOf = new Uint32Array(room)
    this.#clientOf = new Uint32Array(room)
    const warmUpRoom = Math.min(this.#ledger.warmUpExpectedCount, Math.ceil(recordCount))
    this.#warmUp = { latenciesUs: new Float64Array(warmUpRoom), messageOf: new Uint32Array(warmUpRoom) }
  }

  /** A receipt whose content was as it was sent. */
  intact(message: number, client: number, receivedAtUs: number): void {
    const { schedule, clientChannel, measuredFromAtUs, measuredUntilAtUs } = this.#input
    // Past either end both lookups may be undefined, hence the bound on one of them.
    if (message >= schedule.channel.length || schedule.channel[message] !== clientChannel[client]) {
      if (receivedAtUs >= measuredFromAtUs) this.#ledger.unexpectedCount++
      return
    }
    const isBehind = this.#isBehind(message, client)
    const dueAtUs = schedule.dueAtUs[message]!
    if (dueAtUs >= measuredUntilAtUs) return
    const pair = this.#pairs.firstPairOf[message]! + this.#pairs.rankOf[client]!
    if (hasBit(this.#deliveredBits, pair)) {
      if (dueAtUs >= measuredFromAtUs) this.#ledger.duplicatedCount++
      return
    }
    setBit(this.#deliveredBits, pair)
    if (dueAtUs < measuredFromAtUs) {
      const index = this.#ledger.warmUpDeliveredCount++
      this.#warmUp.latenciesUs[index] = receivedAtUs - dueAtUs
      this.#warmUp.messageOf[index] = message
      return
    }
    if (isBehind) this.#ledger.reorderedCount++
    if (this.#corruptedBits !== undefined && hasBit(this.#corruptedBits, pair)) this.#ledger.corruptedCount--
    this.#keep(message, client, receivedAtUs, dueAtUs)
  }

  #isBehind(message: number, client: number): boolean {
    const sender = this.#input.schedule.sender?.[message]
    if (sender === undefined) {
      const isBehind = message < this.#highestOf[client]!
      if (!isBehind) this.#highestOf[client] = message
      return isBehind
    }
    const key = keyOf(client, sender)
    const isBehind = message < (this.#highestBySender.get(key) ?? -1)
    if (!isBehind) this.#highestBySender.set(key, message)
    return isBehind
  }

  #keep(message: number, client: number, receivedAtUs: number, dueAtUs: number): void {
    const publishedAtUs = this.#input.schedule.publishedAtUs[message]!
    if (Number.isNaN(publishedAtUs)) {
      const wrong = `message ${message} was received, but the publisher has no record of it`
      throw harnessError('ERR_LEDGER', `deliveries: ${wrong}. This is a bug of the harness; report it.`)
    }
    const index = this.#ledger.deliveredCount++
    const latencyUs = receivedAtUs - dueAtUs
    if (latencyUs < 0) this.#negativeCount++
    this.#latenciesUs[index] = latencyUs
    this.#serviceLatenciesUs[index] = receivedAtUs - publishedAtUs
    this.#receivedAtUs[index] = receivedAtUs
    this.#messageOf[index] = message
    this.#clientOf[index] = client
  }

  /** A receipt whose content was damaged: only its cursor shows which message it was. */
  corrupted(cursor: number, client: number, receivedAtUs: number): void {
    const { schedule, clientChannel, measuredFromAtUs, measuredUntilAtUs } = this.#input
    this.#messageAt ??= cursorReader(this.#messagesOf)
    const channel = clientChannel[client]
    const message = channel === undefined || channel >= this.#pairs.fanOutOf.length ? -1 : this.#messageAt(channel, cursor)
    if (message === -1) {
      if (receivedAtUs >= measuredFromAtUs) this.#ledger.unexpectedCount++
      return
    }
    const key = keyOf(client, schedule.sender?.[message])
    this.#highestDamaged.set(key, Math.max(message, this.#highestDamaged.get(key) ?? -1))
    const dueAtUs = schedule.dueAtUs[message]!
    if (dueAtUs < measuredFromAtUs || dueAtUs >= measuredUntilAtUs) return
    const pair = this.#pairs.firstPairOf[message]! + this.#pairs.rankOf[client]!
    this.#corruptedBits ??= new Uint8Array(this.#deliveredBits.length)
    if (hasBit(this.#deliveredBits, pair) || hasBit(this.#corruptedBits, pair)) return
    setBit(this.#corruptedBits, pair)
    this.#ledger.corruptedCount++
  }

  /** Pairs of which nothing came and nothing says that nothing can come, by client. */
  #notReceived(): Uint32Array {
    const { schedule, clientChannel, settledCountOf } = this.#input
    const { expectedCount, deliveredCount, corruptedCount } = this.#ledger
    const found = new Uint32Array(clientChannel.length)
    if (expectedCount === deliveredCount + corruptedCount) return found
    const neverLeft = new Map<number, number>()
    for (const [message, fanOut] of this.#expectedOfMessage.entries()) {
      const channel = schedule.channel[message]!
      if (fanOut > 0 && Number.isNaN(schedule.publishedAtUs[message])) neverLeft.set(channel, (neverLeft.get(channel) ?? 0) + 1)
    }
    for (const [client, channel] of clientChannel.entries()) {
      found[client] = neverLeft.get(channel) ?? 0
      const messages = this.#messagesOf.get(channel) ?? []
      for (let at = messages.length - 1; at >= (settledCountOf?.[client] ?? 0); at--) {
        const message = messages[at]!
        const sender = schedule.sender?.[message]
        if (message <= this.#highestReceived(client, sender)) {
          if (sender === undefined) break
        } else if (this.#isMissing(message, client)) found[client]++
      }
    }
    return found
  }

  /** Highest message of which any copy came. */
  #highestReceived(client: number, sender: number | undefined): number {
    const key = keyOf(client, sender)
    const intact = sender === undefined ? this.#highestOf[client]! : (this.#highestBySender.get(key) ?? -1)
    return Math.max(intact, this.#highestDamaged.get(key) ?? -1)
  }

  #isMissing(message: number, client: number): boolean {
    if (this.#expectedOfMessage[message] === 0) return false
    const pair = this.#pairs.firstPairOf[message]! + this.#pairs.rankOf[client]!
    return !hasBit(this.#deliveredBits, pair) && (this.#corruptedBits === undefined || !hasBit(this.#corruptedBits, pair))
  }

  /** The account of everything that was reported. */
  close(): LedgerOutcome {
    const { expectedCount, deliveredCount, corruptedCount, warmUpDeliveredCount } = this.#ledger
    const notReceivedOfClient = this.#notReceived()
    const notReceivedCount = notReceivedOfClient.reduce((sum, count) => sum + count, 0)
    const censoredCount = expectedCount - deliveredCount
    return {
      ledger: { ...this.#ledger, lostCount: censoredCount - corruptedCount - notReceivedCount, notReceivedCount, censoredCount },
      // Copies, so that no column drags along the room for deliveries that never came.
      latenciesUs: this.#latenciesUs.slice(0, deliveredCount),
      messageOf: this.#messageOf.slice(0, deliveredCount),
      clientOf: this.#clientOf.slice(0, deliveredCount),
      receivedAtUs: this.#receivedAtUs.slice(0, deliveredCount),
      serviceLatenciesUs: this.#serviceLatenciesUs.slice(0, deliveredCount),
      negativeCount: this.#negativeCount,
      warmUp: {
        latenciesUs: this.#warmUp.latenciesUs.slice(0, warmUpDeliveredCount),
        messageOf: this.#warmUp.messageOf.slice(0, warmUpDeliveredCount),
      },
      expectedOfClient: this.#expectedOfClient,
      notReceivedOfClient,
      expectedOfMessage: this.#expectedOfMessage,
    }
  }
}

/** Where all messages are of one sender, none is named. */
function keyOf(client: number, sender = 0): number {
  return client * senderRange + sender
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return (bits[index >>> 3]! & (1 << (index & 7))) !== 0
}

function setBit(bits: Uint8Array, index: number): void {
  bits[index >>> 3]! |= 1 << (index & 7)
}
