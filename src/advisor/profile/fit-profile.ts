import type { Fit, FitTerm, FittedFigure, ProfilePoint, ProfileSetting, TransportProfile } from '../../core/profile-result.ts'
import { usPerSecond } from '../../core/units.ts'
import { fitNonNegative } from '../../metrics/least-squares.ts'
import { criticalT, defaultLevel } from '../../metrics/student.ts'
import { instanceLoad } from '../model/activity.ts'
import type { ModelTransport } from '../model/predict.ts'
import { figureModels, type FigureModel } from './figure-models.ts'
import { fitLatency } from './fit-latency.ts'
import { isUsable, seenPoint, type ObservedPoint } from './observed-point.ts'

/**
 * Fits the prices of one transport to its measured points.
 *
 * @returns a reason when there are too few of them
 */
export function fitTransport(transport: ModelTransport, points: readonly ProfilePoint[]): TransportProfile | { reason: string } {
  const usable = points.filter(({ status, role }) => role === 'fitted' && isUsable(status))
  const models = figureModels(transport)
  const processor = models.find(({ figure }) => figure === 'serverCpu')!
  const tried = triedUs.flatMap((batchUs) =>
    triedUs.flatMap((wakeUs) => {
      const spans = { batchUs, wakeUs }
      const seen = usable.map((point) => seenPoint(transport, point, spans))
      const fit = fitFigure(processor, seen)
      return fit === null ? [] : [{ spans, seen, scatter: fit.scatterRatio }]
    }),
  )
  const tooFew = (figure: string) => ({ reason: `${transport}: ${usable.length} points are too few for ${figure}` })
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

/** Fewer say nothing of a sum of many prices. */
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
