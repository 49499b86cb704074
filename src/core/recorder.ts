/** Length of one delivery in a recorder's bytes. */
export const recordBytes = 16
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

/** Reads a block of records, in order. The block may come at any offset of a larger buffer. */
export function* readDeliveries(bytes: Uint8Array): Generator<DeliveryRecord> {
  const { buffer } = bytes.slice()
  const words = new Uint32Array(buffer)
  const doubles = new Float64Array(buffer)
  for (let record = 0; record < doubles.length / doublesPerRecord; record++) {
    yield {
      message: words[record * wordsPerRecord]!,
      client: words[record * wordsPerRecord + 1]!,
      receivedAtUs: doubles[record * doublesPerRecord + 1]!,
    }
  }
}
