import { harnessError } from '../core/errors.ts'
import { corruptedFlag } from '../core/recorder.ts'
import { LedgerBook, recordBytes, type LedgerInput, type LedgerOutcome } from './ledger-book.ts'

export { emptyLedger, type LedgerInput, type LedgerOutcome } from './ledger-book.ts'

const wordsPerRecord = recordBytes / 4
const doublesPerRecord = recordBytes / 8

/**
 * Accounts for every (message, client) pair of a trial, with the same meaning for all transports (docs/method.md#the-ledger).
 *
 * Expected: each message due in [from, until) for each subscribed client of its channel, whether it was published or not.
 * Delivered is its first intact receipt, duplicated each further one. Corrupted are pairs of which only damaged copies
 * came, lost those of which nothing came: `expected = delivered + lost + corrupted` always. Reordered counts first
 * receipts behind a later message of the same client and, where clients send, of the same sender. Unexpected counts receipts, from the start of the window on, of a
 * message that this client should not get or that does not exist. Messages due earlier are kept apart, later ones ignored.
 *
 * @throws {HarnessError} ERR_LEDGER when schedule or records contradict themselves.
 */
export function keepLedger(input: LedgerInput): LedgerOutcome {
  const book = new LedgerBook(input)
  for (const bytes of input.deliveries) {
    const { words, doubles, count } = recordsOf(bytes)
    for (let record = 0; record < count; record++) {
      const tag = words[record * wordsPerRecord]!
      const client = words[record * wordsPerRecord + 1]!
      const receivedAtUs = doubles[record * doublesPerRecord + 1]!
      if (tag < corruptedFlag) book.intact(tag, client, receivedAtUs)
      else book.corrupted(tag - corruptedFlag, client, receivedAtUs)
    }
  }
  return book.close()
}

function recordsOf(bytes: Uint8Array): { words: Uint32Array; doubles: Float64Array; count: number } {
  const count = bytes.byteLength / recordBytes
  if (!Number.isInteger(count)) {
    const wrong = `a block must be a multiple of ${recordBytes} bytes, got ${bytes.byteLength}`
    throw harnessError('ERR_LEDGER', `deliveries: ${wrong}. The file is cut off, or a client host sent half a block.`)
  }
  // Typed views want alignment; one copy of a block costs less than a DataView read of each field.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  return {
    words: new Uint32Array(aligned.buffer, aligned.byteOffset, count * wordsPerRecord),
    doubles: new Float64Array(aligned.buffer, aligned.byteOffset, count * doublesPerRecord),
    count,
  }
}
