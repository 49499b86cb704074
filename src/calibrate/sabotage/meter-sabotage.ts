import { measuredSequences } from '../known-trial.ts'
import { clientCount, exactly, none, runSabotaged, saboteurUrl, within, type Sabotage } from './detection.ts'

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
  const { lostCount, duplicatedCount, reorderedCount, corruptedCount } = plain.trial.ledger
  const known = await runSabotaged({ ...plan, serverUrl: saboteurUrl(transport, ['extraBytes'], { extraBytes }) })
  return [
    exactly(
      'S12',
      'adds 64 B to each message',
      'application bytes down, more than its own server',
      measuredSequences(known).length * clientCount * extraBytes,
      known.trial.bytes.applicationDownBytes - plain.trial.bytes.applicationDownBytes,
    ),
    none('ledger', lostCount + duplicatedCount + reorderedCount + corruptedCount),
  ]
}
