import type { LedgerOutcome } from './ledger.ts'
import type { Absence } from './recovery.ts'

/** The columns of delivered pairs, and what was expected beside them. */
type Deliveries = Pick<
  LedgerOutcome,
  'latenciesUs' | 'serviceLatenciesUs' | 'messageOf' | 'clientOf' | 'receivedAtUs' | 'expectedOfMessage' | 'expectedOfClient'
>

/** The delivered pairs of a measured window in two parts. */
export interface SplitDeliveries {
  /** Expected are those that were not recovered: lost pairs stay with the live ones. */
  live: Deliveries
  /** Those that came by resuming. */
  recovered: Pick<Deliveries, 'latenciesUs' | 'messageOf'>
}

/**
 * Separates deliveries received by resuming from live ones. A delivery is recovered when its message was published before its client
 * was back from an absence, and received after. Where only an idle connection ended and the next poll was answered, nothing
 * is recovered: over a connection that lived, it would have come no earlier.
 *
 * What is published within the last transit before a return may reach the client live; it counts as recovered all the same.
 *
 * @param publishedAtUs by message
 */
export function splitRecovered(all: Deliveries, absences: readonly Absence[], publishedAtUs: Float64Array): SplitDeliveries {
  const returnsOf = new Map<number, number[]>()
  for (const { client, backAtUs, hasFailed } of absences)
    if (hasFailed && Number.isFinite(backAtUs)) returnsOf.set(client, [...(returnsOf.get(client) ?? []), backAtUs])
  const isRecovered = new Uint8Array(all.clientOf.length)
  let count = 0
  if (returnsOf.size > 0) {
    for (const [index, client] of all.clientOf.entries()) {
      const backAtUs = returnsOf.get(client)?.findLast((atUs) => atUs <= all.receivedAtUs[index]!)
      if (backAtUs === undefined || publishedAtUs[all.messageOf[index]!]! >= backAtUs) continue
      isRecovered[index] = 1
      count++
    }
  }
  if (count === 0) return { live: all, recovered: { latenciesUs: new Float64Array(0), messageOf: new Uint32Array(0) } }
  const expectedOfMessage = all.expectedOfMessage.slice()
  const expectedOfClient = all.expectedOfClient.slice()
  for (const [index, bit] of isRecovered.entries()) {
    if (bit === 0) continue
    expectedOfMessage[all.messageOf[index]!]!--
    expectedOfClient[all.clientOf[index]!]!--
  }
  const isOf = (part: number) => (_: number, index: number) => isRecovered[index] === part
  return {
    live: {
      latenciesUs: all.latenciesUs.filter(isOf(0)),
      serviceLatenciesUs: all.serviceLatenciesUs.filter(isOf(0)),
      messageOf: all.messageOf.filter(isOf(0)),
      clientOf: all.clientOf.filter(isOf(0)),
      receivedAtUs: all.receivedAtUs.filter(isOf(0)),
      expectedOfMessage,
      expectedOfClient,
    },
    recovered: { latenciesUs: all.latenciesUs.filter(isOf(1)), messageOf: all.messageOf.filter(isOf(1)) },
  }
}
