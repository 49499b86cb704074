/** What a trial expected, in columns: by message in due order, and by client. */
export interface ScheduleRecord {
  dueAtUs: Float64Array
  /** NaN = never published. */
  publishedAtUs: Float64Array
  channelOfMessage: Uint32Array
  /** 0xFFFFFFFF = never subscribed. */
  channelOfClient: Uint32Array
  /** Client that sent each message, 0xFFFFFFFF = the publisher; absent = the publisher sent all. */
  senderOfMessage?: Uint32Array | undefined
}

/**
 * The format of `schedule.bin`: the columns one after the other, in the machine's byte order: due (float64), published
 * (float64) and channel (uint32) of each message, then the channel (uint32) of each client and, where clients send, the sender (uint32) of each message. With it and `deliveries.bin`
 * anybody can keep the ledger again.
 */
export function scheduleBytes({ dueAtUs, publishedAtUs, channelOfMessage, channelOfClient, senderOfMessage }: ScheduleRecord): Uint8Array {
  const columns = [dueAtUs, publishedAtUs, channelOfMessage, channelOfClient, ...(senderOfMessage === undefined ? [] : [senderOfMessage])]
  return Buffer.concat(columns.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)))
}
