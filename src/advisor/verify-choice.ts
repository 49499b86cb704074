import type { Profile, ValidationRow } from '../core/profile-result.ts'
import type { Choice } from './model/choose.ts'
import { measurePoint } from './profile/measure-point.ts'
import { scaledPoint } from './profile/scaled-point.ts'
import { trustedErrors, validate } from './profile/validate.ts'

const phases = { warmUpMs: 2_000, measuredMs: 8_000 }
const seed = 11

/** The prediction for one transport beside a trial of the stated workload, scaled to this machine. */
export interface VerifiedTransport {
  transport: string
  scaleText: string
  status: string
  /** Null when the trial says nothing. */
  row: ValidationRow | null
  /** A figure that the model answers for is off by more than 25 %, or there is none. */
  isOff: boolean
}

/**
 * Runs the stated workload, scaled to this machine, by each transport that is not ruled out, and holds the prediction for the
 * scaled workload against what was measured. An abort ends it at the trial that runs, which is not told.
 */
export async function* verifyChoice(
  choice: Choice,
  profile: Profile,
  { signal, onStart }: { signal: AbortSignal; onStart: (text: string) => void },
): AsyncGenerator<VerifiedTransport> {
  const out = new Set(choice.constraints.filter(({ kind }) => kind === 'ruled out').map(({ transport }) => transport))
  for (const { transport } of choice.predictions.filter((entry) => !out.has(entry.transport))) {
    const { point, scaleText } = scaledPoint(transport, choice.workload)
    onStart(`verifying ${transport}: ${point.name} (${scaleText})`)
    const measured = await measurePoint(point, { phases, seed, signal }).catch((error: unknown) => {
      if (signal.aborted) return null
      throw error
    })
    if (measured === null || signal.aborted) return
    const fitted = profile.transports.find((entry) => entry.transport === transport)!
    const [row = null] = validate(fitted, [measured])
    const isOff =
      row === null || row.figures.some(({ figure, errorRatio }) => isBound(figure) && (errorRatio ?? 0) > trustedErrors.worstRatio)
    yield { transport, scaleText, status: measured.status, row, isOff }
  }
}

function isBound(figure: string): boolean {
  return !figure.startsWith('deliveryLatency') && figure !== 'connectCpu'
}
