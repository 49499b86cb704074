import type { TransportProfile } from '../../core/profile-result.ts'
import { usPerSecond } from '../../core/units.ts'
import { fitNonNegative, type LinearFit } from '../../metrics/least-squares.ts'
import { instanceLoad } from '../model/activity.ts'
import { intervalPartUs, queuePartUs, readersOf, type LatencyFigure } from '../model/latency.ts'
import type { ModelTransport } from '../model/predict.ts'
import type { ObservedPoint } from './observed-point.ts'

type Latency = TransportProfile['latency']

/** Below it a rest is the scatter of one wake-up, not a figure. */
const smallestRestUs = 100

/** Fits what interval and queue leave of the measured latencies to a transit and a price of each reader. */
export function fitLatency(transport: ModelTransport, bare: TransportProfile, seen: readonly ObservedPoint[]): Latency {
  const median = fitQuantile(transport, bare, seen, 'deliveryLatencyP50Us')
  const tail = fitQuantile(transport, bare, seen, 'deliveryLatencyP99Us')
  return { transitP50Us: median.transit, transitP99Us: tail.transit, perReaderP50Us: median.perReader, perReaderP99Us: tail.perReader }
}

function fitQuantile(transport: ModelTransport, bare: TransportProfile, seen: readonly ObservedPoint[], figure: LatencyFigure) {
  const points = seen.flatMap(({ workload, activity, measured }) => {
    const latency = measured[figure]
    const cpu = measured['serverCpu']
    if (latency == null || cpu == null) return []
    const loaded = { workload, load: instanceLoad(workload, 1), activity, utilisation: Math.min(0.99, cpu / usPerSecond) }
    const rest = latency - intervalPartUs(transport, workload, figure) - queuePartUs(transport, bare, loaded, figure)
    return [{ readers: readersOf(transport, loaded), restUs: Math.max(smallestRestUs, rest) }]
  })
  const fit = fitNonNegative(
    points.map(({ readers }) => [1, readers]),
    points.map(({ restUs }) => restUs),
    points.map(({ restUs }) => 1 / restUs ** 2),
  )
  return { transit: coefficientOf(fit, 0, points.length), perReader: coefficientOf(fit, 1, points.length) }
}

function coefficientOf(fit: LinearFit | null, column: number, pointCount: number): Latency['transitP50Us'] {
  if (fit === null) return { unit: 'µs', value: 0, low: 0, high: 0, pointCount }
  const value = fit.values[column]!
  // What a single workload may have, not what their mean has: a prediction is of one.
  const half = fit.criticalT * Math.hypot(Math.sqrt(Math.max(0, fit.covariance[column]![column]!)), fit.scatter * value)
  return { unit: 'µs', value, low: Math.max(0, value - half), high: value + half, pointCount }
}
