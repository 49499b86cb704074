import type { Fit, FitTerm, FittedFigure, ProfilePoint, ProfileSetting, Spans, TransportProfile } from '../../core/profile-result.ts'
import { usPerSecond } from '../../core/units.ts'
import { fitNonNegative, type LinearFit } from '../../metrics/least-squares.ts'
import { criticalT, defaultLevel } from '../../metrics/student.ts'
import { activityOf, instanceLoad, turnsOf, wakesOf, type Activity } from '../model/activity.ts'
import { cursorForm, type CursorForm } from '../model/framing.ts'
import { pollingPartUs, queuePartUs, readersOf, type LatencyFigure } from '../model/latency.ts'
import { workloadOf, type ModelTransport, type Workload, type WorkloadOutline } from '../model/workload.ts'
import { figureModels, type FigureModel } from './figure-models.ts'

/** A measured point with what happened in it. */
interface ObservedPoint {
  workload: Workload
  activity: Activity
  measured: ProfilePoint['measured']
}

/** An invalid trial says nothing; "unknown" is one with too few messages, as an idle one is. */
export function isUsable(status: string): boolean {
  return status === 'valid' || status === 'tainted' || status === 'unknown'
}

/** The workload of a point; what a profile of before does not have is as usual. */
export function workloadOfPoint({ workload }: Pick<ProfilePoint, 'workload'>): Workload {
  return workloadOf(workload as unknown as WorkloadOutline)
}

/** What happened in a point: polls as they were counted, the rest from its workload. */
function seenPoint(transport: ModelTransport, point: ProfilePoint, spans: Spans, cursor: CursorForm): ObservedPoint {
  const workload = workloadOfPoint(point)
  const activity = activityOf(transport, workload, instanceLoad(workload, 1), spans, cursor)
  const { requests, emptyPolls } = point.measured
  if (requests != null && emptyPolls != null && activity.polls > 0) {
    const answered = Math.max(0, requests - emptyPolls)
    Object.assign(activity, { polls: requests, emptyPolls, answeredPolls: answered })
  }
  // Where the clients send, the publisher does not.
  if (workload.upstreamPerSecondPerClient > 0) Object.assign(activity, { messages: 0, batches: 0 })
  activity.turns = turnsOf(transport, workload, activity)
  activity.wakes = wakesOf(activity.turns, spans.wakeUs)
  activity.connects = 1
  return { workload, activity, measured: point.measured }
}

/**
 * Fits the unit costs of one transport to its measured points.
 *
 * @param cursor of their trials
 * @returns a reason when there are too few of them
 */
export function fitTransport(
  transport: ModelTransport,
  points: readonly ProfilePoint[],
  cursor = cursorForm,
): TransportProfile | { reason: string } {
  const usable = points.filter(({ status, role }) => role === 'fitted' && isUsable(status))
  const models = figureModels(transport)
  const processor = models.find(({ figure }) => figure === 'serverCpu')!
  const tried = triedUs.flatMap((batchUs) =>
    triedUs.flatMap((wakeUs) => {
      const spans = { batchUs, wakeUs }
      const seen = usable.map((point) => seenPoint(transport, point, spans, cursor))
      const fit = fitFigure(processor, seen)
      return fit === null ? [] : [{ spans, seen, scatter: fit.scatterRatio }]
    }),
  )
  const tooFew = (figure: string) => ({ reason: `${transport}: ${usable.length} points are too few to fit ${figure}` })
  if (tried.length === 0) return tooFew('serverCpu')
  const least = Math.min(...tried.map(({ scatter }) => scatter))
  // Of spans that fit about as well, the shortest: a long one and the base say nearly the same.
  const { spans, seen } = tried
    .filter(({ scatter }) => scatter <= slack * least + roundingRatio)
    .reduce((best, one) => (one.spans.batchUs + one.spans.wakeUs < best.spans.batchUs + best.spans.wakeUs ? one : best))
  const fits: Partial<Record<FittedFigure, Fit>> = {}
  for (const model of models) {
    const fit = fitFigure(model, seen)
    if (fit === null) return tooFew(model.figure)
    fits[model.figure] = fit
  }
  const priced = { transport, fits: fits as TransportProfile['fits'], spans, ranges: rangesOf(transport, seen) }
  const none = { unit: 'µs', value: 0, low: 0, high: 0, pointCount: 0 }
  const bare: TransportProfile = {
    ...priced,
    latency: { transitP50Us: none, transitP99Us: none, perReaderP50Us: none, perReaderP99Us: none },
  }
  return { ...priced, latency: fitLatency(transport, bare, seen) }
}

/** Fewer points cannot determine a sum of many unit costs. */
const fewestPoints = 6
/** A scatter that is larger by this is no worse. */
const slack = 1.03
const roundingRatio = 1e-6
/** Spans that are tried, in µs: a grid, since only their order of size matters. */
const triedUs = [0, 500, 1_000, 2_000, 3_000, 4_000, 6_000, 9_000]

function fitFigure({ figure, unit, terms }: FigureModel, seen: readonly ObservedPoint[]): Fit | null {
  const usable = seen.filter(({ measured }) => measured[figure] != null)
  const known = terms.filter((term) => term.value !== undefined)
  const sought = terms.filter((term) => term.value === undefined)
  const measured = usable.map((point) => point.measured[figure]!)
  const exact = usable.map(({ activity }) => known.reduce((sum, term) => sum + term.value! * activity[term.id], 0))
  const largest = Math.max(0, ...measured)
  // Relative errors count, but not those of next to nothing.
  const weights = measured.map((value) => (largest === 0 ? 1 : 1 / Math.max(value, largest / 1_000) ** 2))
  const solved =
    sought.length === 0
      ? null
      : fitNonNegative(
          usable.map(({ activity }) => sought.map((term) => activity[term.id])),
          measured.map((value, at) => value - exact[at]!),
          weights,
        )
  if (sought.length > 0 && (solved === null || usable.length < Math.min(fewestPoints, sought.length + 1))) return null
  const t = solved?.criticalT ?? criticalT(defaultLevel, Math.max(1, usable.length))
  const fitTerms = terms.map((term): FitTerm => {
    const { id, value } = term
    if (value !== undefined) return { id, unit: term.unit, value, low: value, high: value, origin: 'arithmetic' }
    const at = sought.indexOf(term)
    const half = t * Math.sqrt(Math.max(0, solved!.covariance[at]![at]!))
    const found = solved!.values[at]!
    return { id, unit: term.unit, value: found, low: found - half, high: found + half, origin: 'fitted' }
  })
  const covariance = terms.map((row) => terms.map((column) => solved?.covariance[sought.indexOf(row)]?.[sought.indexOf(column)] ?? 0))
  return { unit, terms: fitTerms, covariance, scatterRatio: solved?.scatter ?? 0, criticalT: t, pointCount: usable.length }
}

function rangesOf(transport: ModelTransport, seen: readonly ObservedPoint[]): TransportProfile['ranges'] {
  const settings: [ProfileSetting, (point: ObservedPoint) => number][] = [
    ['clientCount', ({ workload }) => workload.clientCount],
    ['messagesPerSecond', ({ activity }) => activity.messages],
    ['deliveriesPerSecond', ({ activity }) => activity.deliveries],
    ['upstreamPerSecond', ({ activity }) => activity.upstream],
    ['payloadBytes', ({ workload }) => workload.payloadBytes],
    ['fanOutCount', ({ workload, activity }) => (activity.deliveries === 0 ? 1 : instanceLoad(workload, 1).fanOutCount)],
    ['utilisation', ({ measured }) => (measured['serverCpu'] ?? 0) / usPerSecond],
  ]
  if (transport === 'short-poll')
    settings.push(['pollsPerSecond', ({ activity }) => activity.polls], ['pollIntervalMs', ({ workload }) => workload.pollIntervalMs])
  if (transport === 'long-poll') settings.push(['holdTimeMs', ({ workload }) => workload.holdTimeMs])
  return Object.fromEntries(
    settings.map(([name, valueOf]) => {
      const values = seen.map(valueOf)
      // With nothing to do a process was measured too: below the least rate lies no new land.
      const low = name.endsWith('PerSecond') || name === 'utilisation' ? 0 : Math.min(...values)
      return [name, { low, high: Math.max(...values) }]
    }),
  )
}

type Latency = TransportProfile['latency']

/** Below it a rest is the scatter of one wake-up, not a figure. */
const smallestRestUs = 100

/** Fits what interval and queue leave of the measured latencies to a transit and a cost per reader. */
function fitLatency(transport: ModelTransport, bare: TransportProfile, seen: readonly ObservedPoint[]): Latency {
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
    const rest = latency - pollingPartUs(transport, workload, figure) - queuePartUs(transport, bare, loaded, figure)
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
