import type { WindowReading } from '../core/process-meter.ts'
import { nullReasons } from '../core/result-parts.ts'
import type { TrialResult } from '../core/result.ts'

export const notReadable = '/proc was not readable'

/** Why a figure is null that a member of this role could have reported of itself. */
export function notReported(role: string): string {
  return `this ${role} does not report it`
}

/** Event loop and collector of a process in the measured window, as it saw itself; all null where it reports nothing. */
export function loopFigures(window: WindowReading | null, role: string): TrialResult['server']['loop'] {
  const pauses = window?.gcPauses.map((pause) => pause.durationUs)
  const figures = {
    utilisationRatio: window?.loopUtilisationRatio ?? null,
    stallMaxUs: window?.stallMaxUs ?? null,
    stallP95Us: window?.stallP95Us ?? null,
    stallP99Us: window?.stallP99Us ?? null,
    gcCount: pauses?.length ?? null,
    gcTotalUs: pauses?.reduce((sum, durationUs) => sum + durationUs, 0) ?? null,
    gcMaxUs: pauses === undefined ? null : Math.max(0, ...pauses),
  }
  return { ...figures, reasons: nullReasons(figures, window === null ? notReported(role) : 'the measured window did not end') }
}
