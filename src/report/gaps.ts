import { metricIds, metrics, type MetricId } from '../core/metric.ts'
import type { ResultDocument, SummaryRow } from '../core/result.ts'
import { contendersOf } from './contenders.ts'
import { isWhyOut } from '../metrics/validity.ts'
import { condensed, whyMissing } from './metric-view.ts'
import { oneLine } from '../text/one-line.ts'

/** Parts of a trial where a null is ordinary and shown in place: an interval of the timeline without a delivery. */
const shownInPlace = new Set(['timeline'])

class Groups {
  readonly #groups = new Map<string, { text: string; labels: Set<string> }>()

  add(what: string, reason: string, label: string): void {
    const text = `${what}: ${oneLine(reason)}`
    const group = this.#groups.get(text) ?? { text, labels: new Set() }
    this.#groups.set(text, group)
    group.labels.add(oneLine(label))
  }

  lines(contenderCount: number): string[] {
    return [...this.#groups.values()].map(({ text, labels }) => {
      const whom = labels.size === contenderCount ? (contenderCount === 1 ? '' : ' (all contenders)') : ` (${[...labels].join(', ')})`
      return `${text}${whom}`
    })
  }
}

/** Every metric that a run of this workload has: without jobs, none of theirs. */
function dueMetrics(row: SummaryRow): MetricId[] {
  return metricIds.filter((id) => row.metrics[id] !== undefined || metrics[id].needs === undefined)
}

/** Why each metric of a contender has no value, by metric. */
function missingMetrics(row: SummaryRow): [MetricId, string][] {
  return dueMetrics(row).flatMap((id) => {
    const metric = row.metrics[id]
    if (metric !== undefined && metric.median !== null) return []
    return [[id, condensed(metric?.reasons['median'] ?? 'the run did not record it')]]
  })
}

/** What no summary could show, with the reason and the contenders that it concerns; one line for each reason. */
export function summaryGaps(document: ResultDocument): string[] {
  const groups = new Groups()
  const contenders = contendersOf(document)
  for (const { label, row } of contenders) {
    const missing = row === undefined ? [] : missingMetrics(row)
    const [first] = missing
    const isAll = row !== undefined && missing.length === dueMetrics(row).length && new Set(missing.map(([, reason]) => reason)).size === 1
    if (row === undefined) groups.add('Every metric', 'no trial finished', label)
    else if (first !== undefined && isAll) groups.add('Every metric', first[1], label)
    else for (const [id, reason] of missing) groups.add(metrics[id].label, isWhyOut(reason) ? whyMissing(reason) : reason, label)
  }
  return groups.lines(contenders.length)
}

function walk(node: unknown, path: string, found: (path: string, reason: string) => void): void {
  if (typeof node !== 'object' || node === null) return
  if (Array.isArray(node)) {
    for (const item of node) walk(item, path, found)
    return
  }
  for (const [key, value] of Object.entries(node)) {
    if (shownInPlace.has(key)) continue
    if (key === 'reasons' && !Array.isArray(value)) {
      for (const [field, reason] of Object.entries(value as Record<string, unknown>))
        found(path === '' ? field : `${path}.${field}`, String(reason))
      continue
    }
    walk(value, path === '' ? key : `${path}.${key}`, found)
  }
}

/** Every null of the trials by its field, with the reason and the contenders that it concerns; one line for each reason. */
export function fieldGaps(document: ResultDocument): string[] {
  const groups = new Groups()
  for (const trial of document.trials) walk(trial, '', (path, reason) => groups.add(path, reason, trial.contender))
  return groups.lines(new Set(document.trials.map((trial) => trial.contender)).size)
}
