import { harnessError } from './errors.ts'

const recordBytes = 16
const chunkRecords = 65_536
const wordsPerRecord = recordBytes / 4
const doublesPerRecord = recordBytes / 8

/** Set in `message` when the checksum did not fit; the other bits then hold the cursor that the server gave. */
export const corruptedFlag = 0x8000_0000

/** One delivery: which message, to which client, when. */
export interface DeliveryRecord {
  /** Sequence of the message in the trial's schedule, or `corruptedFlag` with the cursor. */
  message: number
  client: number
  receivedAtUs: number
}

/**
 * Deliveries in the order of their receipt, 16 bytes each: message (uint32), client (uint32), receivedAtUs (float64),
 * in the machine's byte order. Grows by 1 MiB at a time and never copies, so that a delivery costs the same at any size.
 */
export class DeliveryRecorder {
  #chunks: ArrayBuffer[] = []
  #words = new Uint32Array(0)
  #doubles = new Float64Array(0)
  #used = chunkRecords

  get count(): number {
    return this.#chunks.length === 0 ? 0 : (this.#chunks.length - 1) * chunkRecords + this.#used
  }

  add(message: number, client: number, receivedAtUs: number): void {
    if (this.#used === chunkRecords) this.#grow()
    const word = this.#used * wordsPerRecord
    this.#words[word] = message
    this.#words[word + 1] = client
    this.#doubles[this.#used * doublesPerRecord + 1] = receivedAtUs
    this.#used++
  }

  /** All records as one block of bytes: the format of `deliveries.bin`. */
  bytes(): Uint8Array {
    const all = new Uint8Array(this.count * recordBytes)
    for (const [index, chunk] of this.#chunks.entries()) {
      const isLast = index === this.#chunks.length - 1
      all.set(new Uint8Array(chunk, 0, isLast ? this.#used * recordBytes : undefined), index * chunkRecords * recordBytes)
    }
    return all
  }

  #grow(): void {
    const chunk = new ArrayBuffer(chunkRecords * recordBytes)
    this.#chunks.push(chunk)
    this.#words = new Uint32Array(chunk)
    this.#doubles = new Float64Array(chunk)
    this.#used = 0
  }
}

/** Records in a block of bytes. */
export function deliveryCount(bytes: Uint8Array): number {
  return bytes.byteLength / recordBytes
}

/** A block of records by its columns. It may lie at any offset of a larger buffer. */
export class DeliveryColumns {
  readonly count: number
  readonly #words: Uint32Array
  readonly #doubles: Float64Array

  /** @throws {HarnessError} ERR_LEDGER when the block ends within a record */
  constructor(bytes: Uint8Array) {
    this.count = deliveryCount(bytes)
    if (!Number.isInteger(this.count)) {
      const wrong = `a block must be a multiple of ${recordBytes} bytes, got ${bytes.byteLength}`
      throw harnessError('ERR_LEDGER', `deliveries: ${wrong}. The file is cut off, or a client host sent half a block.`)
    }
    // Typed views want alignment; one copy of a block costs less than a DataView read of each field.
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
    this.#words = new Uint32Array(aligned.buffer, aligned.byteOffset, this.count * wordsPerRecord)
    this.#doubles = new Float64Array(aligned.buffer, aligned.byteOffset, this.count * doublesPerRecord)
  }

  message(record: number): number {
    return this.#words[record * wordsPerRecord]!
  }

  client(record: number): number {
    return this.#words[record * wordsPerRecord + 1]!
  }

  receivedAtUs(record: number): number {
    return this.#doubles[record * doublesPerRecord + 1]!
  }
}

/** Reads a block of records, in order. */
export function* readDeliveries(bytes: Uint8Array): Generator<DeliveryRecord> {
  const columns = new DeliveryColumns(bytes)
  for (let record = 0; record < columns.count; record++) {
    yield { message: columns.message(record), client: columns.client(record), receivedAtUs: columns.receivedAtUs(record) }
  }
}

/** The same records, those of intact messages with the number that `numberOf` gives. */
export function renumberDeliveries(bytes: Uint8Array, numberOf: (message: number) => number): Uint8Array {
  const recorder = new DeliveryRecorder()
  for (const { message, client, receivedAtUs } of readDeliveries(bytes))
    recorder.add(message < corruptedFlag ? numberOf(message) : message, client, receivedAtUs)
  return recorder.bytes()
}
