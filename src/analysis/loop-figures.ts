import type { WindowReading } from '../core/process-meter.ts'
import type { TrialResult } from '../core/result.ts'

type Loop = TrialResult['server']['loop']

/** Why a figure is null that a member of this role could have reported of itself. */
export function notReported(role: string): string {
  return `this ${role} does not report it`
}

/** Event loop and collector of a process in the measured window, as it saw itself; all null where it reports nothing. */
export function loopFigures(window: WindowReading | null, role: string): Loop {
  if (window === null) {
    const figures = {
      utilisationRatio: null,
      stallMaxUs: null,
      stallP95Us: null,
      stallP99Us: null,
      gcCount: null,
      gcTotalUs: null,
      gcMaxUs: null,
    }
    return { ...figures, reasons: Object.fromEntries(Object.keys(figures).map((key) => [key, notReported(role)])) }
  }
  const pauses = window.gcPauses.map((pause) => pause.durationUs)
  const figures = {
    utilisationRatio: window.loopUtilisationRatio,
    stallMaxUs: window.stallMaxUs,
    stallP95Us: window.stallP95Us,
    stallP99Us: window.stallP99Us,
    gcCount: pauses.length,
    gcTotalUs: pauses.reduce((sum, durationUs) => sum + durationUs, 0),
    gcMaxUs: Math.max(0, ...pauses),
  }
  const unfinished = Object.entries(figures).filter(([, value]) => value === null)
  return { ...figures, reasons: Object.fromEntries(unfinished.map(([key]) => [key, 'the measured window did not end'])) }
}
