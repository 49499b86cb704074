import type { Finding } from '../../core/calibration-record.ts'
import { registry } from '../../core/transports/registry.ts'
import { counted, type Check } from '../check.ts'
import { ledgerSabotage } from '../sabotage/count-sabotage.ts'

/** 5,000 messages to 20 clients: 100,000 pairs, of which one message in a thousand has each defect. */
const load = { every: 1_000, messagesPerSecond: 1_250, measuredMs: 4_000 } as const
/** 5 messages × 20 clients. */
const plantedPairs = 100

/** K15. */
export const saboteur: Check = {
  answers: [
    {
      id: 'K15',
      title: 'The ledger counts every seeded defect',
      known:
        '100,000 pairs from a server that drops, repeats, swaps and corrupts one message in a thousand each: 5 messages × 20 clients of every kind',
      tolerance: 'exact',
      mechanism: 'a real trial of each transport against a mutant server with all four defects; the ledger of every trial',
    },
  ],
  quick: true,
  seconds: [27, 27],
  async run({ say }) {
    const findings: Finding[] = []
    for (const { id: transport } of registry) {
      say(transport)
      for (const { meter, measured } of await ledgerSabotage(transport, load))
        findings.push(counted(`${transport}: ${meter}`, plantedPairs, Number(measured)))
    }
    return { K15: findings }
  },
}
