import { measuredSequences } from '../known-trial.ts'
import { clientCount, exactly, runSabotaged, saboteurUrl, type Detection, type Sabotage } from './detection.ts'

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

/** S5: every second client is left out. */
export const halfSabotage: Sabotage = async (transport) => {
  const serverUrl = saboteurUrl(transport, ['half'])
  const known = await runSabotaged({ transport, serverUrl, messagesPerSecond: 50, measuredMs: 1_000, tryLimit: 1 })
  const expected = measuredSequences(known).length * (clientCount / 2)
  return [exactly('S5', 'serves half of the clients', 'lost', expected, known.trial.ledger.lostCount)]
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
