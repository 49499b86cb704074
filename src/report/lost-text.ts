import type { Ledger } from '../core/result.ts'
import { formatExact } from '../text/format.ts'

/** "3", or "3 + 12 not received" where it is not known of some whether they are late or lost. */
export function lostText({ lostCount, notReceivedCount }: Pick<Ledger, 'lostCount' | 'notReceivedCount'>): string {
  return notReceivedCount === 0 ? formatExact(lostCount) : `${formatExact(lostCount)} + ${formatExact(notReceivedCount)} not received`
}
