import type { StudyDocument, StudyPointResult } from '../../core/study-result.ts'
import { formatDurationMs, formatDurationSeconds, formatExact, formatPlural } from '../../text/format.ts'
import { oneLine } from '../../text/one-line.ts'
import { axisInSentence, axisValue, placeOf } from '../../text/axis-text.ts'

/** What was varied and how, in one line. */
export function studyLine(document: StudyDocument): string {
  const { axes, points, contenders, kind, scenario } = document
  const resolved = scenario.resolved as {
    blockCount?: unknown
    traffic?: { pattern?: unknown; messagesPerSecondPerChannel?: unknown }
    phases?: { measuredMs?: unknown }
  }
  const rate = resolved.traffic?.messagesPerSecondPerChannel
  const parts = [
    kind === 'sweep'
      ? `${formatPlural(points.length, 'point')} of ${axes.map((axis) => `${axisInSentence(axis)} (${axis.values.map((value) => axisValue(axis, value)).join(', ')})`).join(' × ')}, in a seeded order`
      : `search over ${axes.map(axisInSentence).join()}, ${formatPlural(points.length, 'step')}`,
    formatPlural(contenders.length, 'contender'),
    ...(kind === 'sweep' && typeof resolved.blockCount === 'number' ? [`${formatPlural(resolved.blockCount, 'block')} at each point`] : []),
    ...(typeof resolved.traffic?.pattern === 'string' ? [oneLine(resolved.traffic.pattern)] : []),
    ...(typeof rate === 'number' && !isSwept(document, 'traffic.messagesPerSecondPerChannel')
      ? [rate === 0 ? 'no messages' : `${formatExact(rate)} messages/s per channel`]
      : []),
    ...(typeof resolved.phases?.measuredMs === 'number' && points.every(({ settings }) => !('phases.measuredMs' in settings))
      ? [`measured for ${formatDurationMs(resolved.phases.measuredMs)}`]
      : []),
  ]
  return parts.join(' · ')
}

/** Settings that hold at some points only, a line each value of the axis. */
export function settingLines(document: StudyDocument): string[] {
  return document.points.flatMap((point) => {
    const settings = Object.entries(point.settings).map(([path, value]) => `${path} ${formatExact(value)}`)
    return settings.length === 0 ? [] : [`At ${placeOf(document, point)}: ${settings.join(', ')}.`]
  })
}

/** What is missing of a study, in one line; null when nothing is. */
export function missingLine({ points, interrupted, kind }: StudyDocument): string | null {
  const doneCount = points.filter(({ status }) => status === 'done').length
  if (kind === 'search') return interrupted ? 'Interrupted: contenders whose search has no answer yet are marked.' : null
  if (doneCount === points.length) return null
  const why = interrupted ? 'Interrupted' : 'Not all points have run'
  return `${why}: ${formatExact(doneCount)} of ${formatPlural(points.length, 'point')} ${doneCount === 1 ? 'is' : 'are'} complete; only these are shown.`
}

/** Points that could not run, with the reason. */
export function refusedLines(document: StudyDocument): string[] {
  return document.points.flatMap((point) =>
    point.status === 'refused' ? [`${placeOf(document, point)}: ${oneLine(point.reasons['rows'] ?? 'no reason was recorded')}`] : [],
  )
}

/** Points whose figures are shown, in the order of the axes. */
export function donePoints({ points }: StudyDocument): StudyPointResult[] {
  return points.filter(({ status }) => status === 'done')
}

/** "all 24 trials valid", or how many are what, and why: trials of the same reason together. */
export function validityLines(document: StudyDocument): string[] {
  const counts = new Map<string, number>()
  for (const { rows } of donePoints(document))
    for (const { validity } of rows)
      for (const [status, count] of Object.entries(validity)) counts.set(status, (counts.get(status) ?? 0) + count)
  const notes = new Map<string, string[]>()
  for (const point of donePoints(document)) {
    for (const { contender, block, status, text } of point.notes) {
      const place = `${oneLine(contender)} at ${placeOf(document, point)}, block ${block + 1}`
      const key = `${status}: ${oneLine(text)}`
      notes.set(key, [...(notes.get(key) ?? []), place])
    }
  }
  return [`Trials: ${countsText(Object.fromEntries(counts))}.`, ...[...notes].map(([text, places]) => `${places.join('; ')}: ${text}`)]
}

/** Limits that a trial exceeded. */
export function studyBreachLines(document: StudyDocument): string[] {
  return donePoints(document).flatMap((point) =>
    point.limitBreaches.map(
      ({ limit, contender, block, measured, allowed, reasons }) =>
        `${oneLine(limit)}: ${oneLine(contender)} at ${placeOf(document, point)}, block ${block + 1}: ${measured === null ? oneLine(reasons['measured'] ?? 'not measured') : formatExact(measured)}, allowed ${formatExact(allowed)}`,
    ),
  )
}

/** How long it was said to take, and where the parts are. */
export function partsLine({ estimatedSeconds }: StudyDocument): string {
  return `Estimated at ${formatDurationSeconds(estimatedSeconds)}. Every point is a run of its own: its result.json is in points/01 and so on; "bench report" writes its report.`
}

function isSwept({ axes, points }: StudyDocument, path: string): boolean {
  return axes.some((axis) => axis.path === path) || points.some(({ settings }) => path in settings)
}

/** Heads of `pointRows`. */
export function pointColumns({ axes }: StudyDocument): string[] {
  return ['Point', ...axes.map(({ label }) => label), 'Ran as', 'State', 'Trials']
}

/** A row for every point: its values, when it ran, and what its trials were. */
export function pointRows({ axes, points }: StudyDocument): string[][] {
  return points.map(({ folder, number, values, rank, status, rows }) => [
    folder ?? String(number),
    ...axes.map((axis, at) => axisValue(axis, values[at]!)),
    rank === null ? 'not run' : `number ${rank}`,
    status,
    rows.map(({ contender, validity }) => `${oneLine(contender)}: ${countsText(validity)}`).join('; ') || 'none',
  ])
}

function countsText(validity: Readonly<Record<string, number>>): string {
  const named = Object.entries(validity).filter(([, count]) => count > 0)
  return named.map(([status, count]) => `${formatExact(count)} ${status}`).join(', ') || 'none'
}
