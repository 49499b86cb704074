import { owedCount } from '../../metrics/ledger.ts'
import { measuredSequences } from '../oracle.ts'
import { clientCount, exactly, none, runSabotaged, saboteurUrl, within, type Detection, type Sabotage } from './detection.ts'

const remainders = { drop: 1, duplicate: 3, flip: 5, swap: 7 } as const

/** Small enough for a calibration of a few minutes: 400 messages to 20 clients, eight of them with each defect. */
const short = { every: 50, messagesPerSecond: 200, measuredMs: 2_000 }

/** S1 to S4 from one run: every n-th message is dropped, another n-th duplicated, another flipped, another swapped with its neighbour. */
export async function ledgerSabotage(transport: string, { every, ...load } = short): Promise<Detection[]> {
  const known = await runSabotaged({
    transport,
    serverUrl: saboteurUrl(transport, Object.keys(remainders), { every }),
    tryLimit: 1,
    ...load,
  })
  const { ledger } = known.trial
  const planted = (defect: keyof typeof remainders): number =>
    measuredSequences(known).filter((sequence) => sequence % every === remainders[defect]).length * clientCount
  return [
    exactly('S1', 'drops messages', 'lost', planted('drop'), ledger.lostCount),
    exactly('S2', 'sends messages twice', 'duplicated', planted('duplicate'), ledger.duplicatedCount),
    exactly('S3', 'swaps neighbours', 'reordered', planted('swap'), ledger.reorderedCount),
    exactly('S4', 'flips a byte', 'corrupted', planted('flip'), ledger.corruptedCount),
  ]
}

/** S5: every second client is left out. Nothing later reaches it either, so that the contender owes deliveries that are not proven lost. */
export const halfSabotage: Sabotage = async (transport) => {
  const serverUrl = saboteurUrl(transport, ['half'])
  const known = await runSabotaged({ transport, serverUrl, messagesPerSecond: 50, measuredMs: 1_000, tryLimit: 1 })
  const expected = measuredSequences(known).length * (clientCount / 2)
  return [exactly('S5', 'serves half of the clients', 'lost and not received', expected, owedCount(known.trial.ledger))]
}

/** S6: all clients are cut, and what they had is played to them again when they are back. */
export const replaySabotage: Sabotage = async (transport) => {
  const cutAt = 6
  const known = await runSabotaged({
    transport,
    serverUrl: saboteurUrl(transport, ['replay'], { cutAt }),
    // Far enough apart for every client to have all that came before the cut.
    messagesPerSecond: 2.5,
    measuredMs: 4_000,
    tryLimit: 1,
  })
  const expected = measuredSequences(known).filter((sequence) => sequence < cutAt).length * clientCount
  return [exactly('S6', 'replays after a reconnect', 'duplicated', expected, known.trial.ledger.duplicatedCount)]
}

/** S10 and S11 from one run: a descriptor leaks with every fifth request, 10 KiB with every message. */
export const leakSabotage: Sabotage = async (transport) => {
  const every = 5
  const leakBytes = 10_240
  const known = await runSabotaged({
    transport,
    serverUrl: saboteurUrl(transport, ['leakDescriptor', 'leakMemory'], { every, leakBytes }),
    messagesPerSecond: 200,
    measuredMs: 2_000,
    tryLimit: 1,
  })
  const { descriptors, memory } = known.trial.server
  const planted = known.dueAtUs.length * leakBytes
  return [
    exactly(
      'S10',
      'leaks a descriptor per 5 requests',
      'descriptors after − baseline',
      Math.floor(known.trial.requests.sentCount / every),
      descriptors.afterCount! - descriptors.baselineCount!,
    ),
    within(
      { id: 'S11', defect: 'leaks 10 KiB per message', meter: 'external memory after − baseline' },
      [0.95 * planted, 1.1 * planted],
      memory.after.externalBytes! - memory.baseline.externalBytes!,
      'B',
    ),
  ]
}

/** S12: 64 bytes more per message, against a trial of the transport's own server; that one is the control of the ledger too. */
export const extraBytesSabotage: Sabotage = async (transport) => {
  const extraBytes = 64
  // One message a second and one poll a second: each answer carries one message, and no batch hides a digit of a length.
  const plan = { transport, messagesPerSecond: 1, warmUpMs: 1_000, measuredMs: 3_000, pollIntervalMs: 1_000, tryLimit: 1 }
  const plain = await runSabotaged(plan)
  const { ledger } = plain.trial
  const known = await runSabotaged({ ...plan, serverUrl: saboteurUrl(transport, ['extraBytes'], { extraBytes }) })
  return [
    exactly(
      'S12',
      'adds 64 B to each message',
      'application bytes down, above the ordinary server',
      measuredSequences(known).length * clientCount * extraBytes,
      known.trial.bytes.applicationDownBytes - plain.trial.bytes.applicationDownBytes,
    ),
    none('ledger', owedCount(ledger) + ledger.duplicatedCount + ledger.reorderedCount + ledger.corruptedCount),
  ]
}
