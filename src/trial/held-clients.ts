import { nowUs, sleepMs } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import type { TrialServer } from './trial-server.ts'

const askAgainMs = 25

/** How many clients a server says it holds: a poll, a stream or a socket each. */
type Holder = Pick<TrialServer, 'waitingCount'>

/**
 * Asks the server how many clients it holds until there are as many as say that they are subscribed, and as long as the
 * count comes nearer to it: a client that was told it is subscribed may not be counted yet.
 *
 * @param expectedCount clients that say that they are subscribed
 * @param waitMs how long it may stay as it is
 * @returns the count that came nearest; null when the server does not report it
 */
export async function heldCountOf(server: Holder, expectedCount: number, waitMs: number): Promise<number | null> {
  let nearest = Number.POSITIVE_INFINITY
  for (let endsAtUs = 0; ;) {
    const heldCount = await server.waitingCount()
    if (heldCount === null) return null
    if (Math.abs(heldCount - expectedCount) < Math.abs(nearest - expectedCount)) {
      nearest = heldCount
      endsAtUs = nowUs() + waitMs * usPerMs
    }
    if (nearest === expectedCount || nowUs() >= endsAtUs) return nearest
    await sleepMs(askAgainMs)
  }
}
