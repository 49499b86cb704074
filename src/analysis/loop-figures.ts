import type { WindowReading } from '../core/process-meter.ts'
import type { TrialResult } from '../core/result.ts'

/** Event loop and collector of a process in the measured window, as it saw itself. */
export function loopFigures(window: WindowReading): TrialResult['server']['loop'] {
  const pauses = window.gcPauses.map((pause) => pause.durationUs)
  const unfinished = 'the measured window did not end'
  return {
    utilisationRatio: window.loopUtilisationRatio,
    stallMaxUs: window.stallMaxUs,
    stallP95Us: window.stallP95Us,
    stallP99Us: window.stallP99Us,
    gcCount: pauses.length,
    gcTotalUs: pauses.reduce((sum, durationUs) => sum + durationUs, 0),
    gcMaxUs: Math.max(0, ...pauses),
    reasons: {
      ...(window.loopUtilisationRatio === null ? { utilisationRatio: unfinished } : {}),
      ...(window.stallMaxUs === null ? { stallMaxUs: unfinished } : {}),
      ...(window.stallP95Us === null ? { stallP95Us: unfinished } : {}),
      ...(window.stallP99Us === null ? { stallP99Us: unfinished } : {}),
    },
  }
}
