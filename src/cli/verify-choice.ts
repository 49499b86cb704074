import { exitCodes } from '../core/errors.ts'
import type { Profile } from '../core/profile-result.ts'
import type { Choice } from '../advisor/model/choose.ts'
import { scaledPoint } from '../advisor/profile/scaled-point.ts'
import { measurePoint } from '../advisor/profile/measure-point.ts'
import { trustedErrors, validate } from '../advisor/profile/validate.ts'
import { formatNumber, formatShare } from '../report/format.ts'
import { plainTable } from '../report/terminal-table.ts'
import { note, print } from './output.ts'
import { listenForStop } from './stop-signals.ts'

const phases = { warmUpMs: 2_000, measuredMs: 8_000 }

/**
 * Runs the stated workload, scaled to this machine, by each transport that is not ruled out, and holds the prediction for the
 * scaled workload against what was measured.
 *
 * @returns 4 when a figure that the model answers for is off by more than 25 %
 */
export async function verifyChoice(choice: Choice, profile: Profile): Promise<number> {
  const stop = listenForStop(() => void note('stopping\n'))
  const out = new Set(choice.constraints.filter(({ kind }) => kind === 'ruled out').map(({ transport }) => transport))
  let isOff = false
  try {
    for (const { transport } of choice.predictions.filter((entry) => !out.has(entry.transport))) {
      const { point, scaleText } = scaledPoint(transport, choice.workload)
      await note(`verifying ${transport}: ${point.name} (${scaleText})\n`)
      const measured = await measurePoint(point, { phases, seed: 11, signal: stop.signal }).catch((fault: unknown) => {
        if (stop.signal.aborted) return null
        throw fault
      })
      if (measured === null || stop.signal.aborted) return stop.exitCode() ?? exitCodes.fault
      const [row] = validate(
        profile.transports.find((entry) => entry.transport === transport)!,
        [measured],
      )
      if (row === undefined) {
        await print(`${transport}: the trial is ${measured.status} and says nothing\n`)
        isOff = true
        continue
      }
      isOff ||= row.figures.some(({ figure, errorRatio }) => isBound(figure) && (errorRatio ?? 0) > trustedErrors.worstRatio)
      const rows = row.figures.map(({ figure, predicted, measured: seen, unit, errorRatio }) => [
        figure,
        numberOr(predicted),
        numberOr(seen),
        unit,
        errorRatio === null ? 'none' : formatShare(errorRatio),
      ])
      await print(
        `${transport}: ${row.point} (${measured.status}; ${scaleText})\n${plainTable([['', 'predicted', 'measured', '', 'error'], ...rows], ['left', 'right', 'right', 'left', 'right'])}\n`,
      )
    }
  } finally {
    stop.release()
  }
  return isOff ? exitCodes.limit : exitCodes.done
}

function isBound(figure: string): boolean {
  return !figure.startsWith('deliveryLatency') && figure !== 'connectCpu'
}

function numberOr(value: number | null): string {
  return value === null ? 'none' : formatNumber(value)
}
