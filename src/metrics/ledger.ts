import { corruptedFlag, DeliveryColumns } from '../core/recorder.ts'
import { LedgerBook, type LedgerInput, type LedgerOutcome } from './ledger-book.ts'

export { emptyLedger, type LedgerInput, type LedgerOutcome } from './ledger-book.ts'

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
    const columns = new DeliveryColumns(bytes)
    for (let record = 0; record < columns.count; record++) {
      const tag = columns.message(record)
      const client = columns.client(record)
      const receivedAtUs = columns.receivedAtUs(record)
      if (tag < corruptedFlag) book.intact(tag, client, receivedAtUs)
      else book.corrupted(tag - corruptedFlag, client, receivedAtUs)
    }
  }
  return book.close()
}
