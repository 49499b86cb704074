import type { Accuracy, CheckedFigure, ProfilePoint, TransportProfile, ValidationRow } from '../../core/profile-result.ts'
import { usPerSecond } from '../../core/units.ts'
import { median } from '../../metrics/statistics.ts'
import { mean } from '../../metrics/student.ts'
import { activityOf, instanceLoad } from '../model/activity.ts'
import { evaluate, type Evaluated, type Prediction } from '../model/prediction.ts'
import { predictTransport, type CursorForms, type ModelTransport, type PredictedFigure, type Workload } from '../model/predict.ts'
import { isUsable, workloadOfPoint } from './fit-profile.ts'

/** A model is trusted for a figure up to these errors on points that it has not seen. */
export const trustedErrors = { medianRatio: 0.1, worstRatio: 0.25 } as const

/** Figures that a model answers for; latencies are shown beside them and bind nothing. */
const boundFigures: readonly (readonly [string, PredictedFigure, string])[] = [
  ['serverCpu', 'serverCores', 'µs/s'],
  ['liveHeap', 'liveHeapBytes', 'bytes'],
  ['resident', 'residentBytes', 'bytes'],
  ['kernel', 'kernelBytes', 'bytes'],
  ['descriptors', 'descriptorCount', 'descriptors'],
  ['requests', 'requestsPerSecond', 'requests/s'],
  ['bytesUp', 'bytesUpPerSecond', 'bytes/s'],
  ['bytesDown', 'bytesDownPerSecond', 'bytes/s'],
]
const shownFigures: typeof boundFigures = [
  ['deliveryLatencyP50Us', 'deliveryLatencyP50Us', 'µs'],
  ['deliveryLatencyP99Us', 'deliveryLatencyP99Us', 'µs'],
]

/**
 * Compares what a model predicts for held-out points with what was measured there. Of a point with several trials the
 * mean of what is predicted for each, with the rate that its schedule had, against the mean of what was measured.
 */
export function validate(profile: TransportProfile, points: readonly ProfilePoint[], cursors: CursorForms = {}): ValidationRow[] {
  const transport = profile.transport as ModelTransport
  const heldOut = points.filter((point) => point.transport === transport && point.role === 'held out' && isUsable(point.status))
  return [...new Set(heldOut.map(({ name }) => name))].map((name) => {
    const trials = heldOut.filter((point) => point.name === name)
    const predictions = trials.map((trial) => predictTransport(transport, profile, workloadOfPoint(trial), cursors).figures)
    const connects = trials.map((trial) => connectOf(transport, profile, workloadOfPoint(trial)))
    const rows = [...boundFigures, ...shownFigures].map(([figure, id, unit]): CheckedFigure => {
      const scale = id === 'serverCores' ? usPerSecond : 1
      const ends = predictions.map((figures) => endsOf(figures[id], scale))
      return checkedFigure(figure, unit, meanEnds(trials, figure, ends), trials, predictions[0]![id].reason)
    })
    return {
      transport,
      point: name,
      figures: [...rows, checkedFigure('connectCpu', 'µs', meanEnds(trials, 'connectCpu', connects), trials, null)],
    }
  })
}

type Ends = Evaluated | null

function endsOf({ value, low, high }: Prediction, scale: number): Ends {
  return value === null ? null : { value: value * scale, low: low! * scale, high: high! * scale }
}

function connectOf(transport: ModelTransport, profile: TransportProfile, workload: Workload): Ends {
  const activity = activityOf(transport, workload, instanceLoad(workload, 1), profile.spans)
  return evaluate(profile.fits.connectCpu, { ...activity, connects: 1 })
}

/** Of the trials that have the figure. */
function meanEnds(trials: readonly ProfilePoint[], figure: string, ends: readonly Ends[]): Ends {
  const known = ends.flatMap((one, at) => (one === null || trials[at]!.measured[figure] == null ? [] : [one]))
  if (known.length === 0) return ends[0] ?? null
  const meanOf = (key: 'value' | 'low' | 'high') => mean(known.map((one) => one[key]))
  return { value: meanOf('value'), low: meanOf('low'), high: meanOf('high') }
}

function checkedFigure(
  figure: string,
  unit: string,
  predicted: Ends,
  trials: readonly ProfilePoint[],
  reason: string | null,
): CheckedFigure {
  const known = trials.map((trial) => trial.measured[figure]).filter((value) => value != null)
  const measured = known.length === 0 ? null : mean(known)
  const reasons: Record<string, string> = {}
  if (predicted === null) reasons['predicted'] = reason ?? 'no prediction'
  if (measured === null) reasons['measured'] = trials[0]?.reasons[figure] ?? 'not measured'
  const errorRatio = predicted === null || measured === null ? null : errorOf(predicted.value, measured)
  if (errorRatio === null) Object.assign(reasons, { errorRatio: 'nothing to compare', isInside: 'nothing to compare' })
  return {
    figure,
    unit,
    predicted: predicted?.value ?? null,
    measured,
    errorRatio,
    isInside: errorRatio === null ? null : measured! >= predicted!.low - 1e-9 && measured! <= predicted!.high + 1e-9,
    reasons,
  }
}

/** |predicted − measured| / measured; null for a measured 0 that was not predicted as one. */
function errorOf(predicted: number, measured: number): number | null {
  if (measured === 0) return predicted === 0 ? 0 : null
  return Math.abs(predicted - measured) / measured
}

/** How well each figure of each transport was predicted. */
export function accuracyOf(rows: readonly ValidationRow[]): Accuracy[] {
  const transports = [...new Set(rows.map(({ transport }) => transport))]
  return transports.flatMap((transport) =>
    [...boundFigures, ...shownFigures, ['connectCpu'] as const].map(([figure]): Accuracy => {
      const errors = rows
        .filter((row) => row.transport === transport)
        .flatMap((row) =>
          row.figures.filter((entry) => entry.figure === figure && entry.errorRatio !== null).map((entry) => entry.errorRatio!),
        )
      if (errors.length === 0) {
        const reason = 'no held-out point has this figure'
        const none = { pointCount: 0, medianErrorRatio: null, worstErrorRatio: null, isTrusted: false }
        return { transport, figure, ...none, reasons: { medianErrorRatio: reason, worstErrorRatio: reason } }
      }
      const [middle, worst] = [median(errors), Math.max(...errors)]
      const isTrusted = middle <= trustedErrors.medianRatio && worst <= trustedErrors.worstRatio
      return { transport, figure, pointCount: errors.length, medianErrorRatio: middle, worstErrorRatio: worst, isTrusted, reasons: {} }
    }),
  )
}

/** Where not to trust the model, a sentence each. */
export function distrust(accuracy: readonly Accuracy[], rows: readonly ValidationRow[]): string[] {
  const percent = (ratio: number): string => `${Math.round(100 * ratio)} %`
  return accuracy
    .filter(({ isTrusted }) => !isTrusted)
    .map(({ transport, figure, medianErrorRatio, worstErrorRatio }) => {
      if (medianErrorRatio === null || worstErrorRatio === null)
        return `${figure} of ${transport}: no held-out point shows how accurate it is.`
      const worst = rows
        .filter((row) => row.transport === transport)
        .find((row) => row.figures.some((entry) => entry.figure === figure && entry.errorRatio === worstErrorRatio))
      return `${figure} of ${transport}: median error ${percent(medianErrorRatio)}, worst ${percent(worstErrorRatio)} (${worst?.point}).`
    })
}
