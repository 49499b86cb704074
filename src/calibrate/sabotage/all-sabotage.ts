import { controlSabotage } from './control.ts'
import { extraBytesSabotage, halfSabotage, leakSabotage, ledgerSabotage, replaySabotage } from './count-sabotage.ts'
import type { Sabotage } from './detection.ts'
import { coalesceSabotage, delaySabotage, freezeSabotage, nagleSabotage } from './latency-sabotage.ts'

/** Every kind of sabotage: S1 to S14 of docs/detection-matrix.md, and the control. */
export const allSabotage: Readonly<Record<string, Sabotage>> = {
  control: controlSabotage,
  ledger: ledgerSabotage,
  half: halfSabotage,
  replay: replaySabotage,
  freeze: freezeSabotage,
  delay: delaySabotage,
  coalesce: coalesceSabotage,
  leaks: leakSabotage,
  bytes: extraBytesSabotage,
  nagle: nagleSabotage,
}
