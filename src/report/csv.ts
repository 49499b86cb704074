import { flattenPaths } from '../core/leaves.ts'
import { families } from '../core/family.ts'
import { metrics, type TrialPath } from '../core/metric.ts'
import type { ResultDocument, TrialResult } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { metricsOf, readingOf } from '../metrics/metric-value.ts'
import { counts } from '../metrics/validity.ts'

const figureColumns = ['metric', 'value', 'unit', 'reason'] as const

/**
 * Columns of a run in CSV: one row per trial and metric. `value` is empty where there is none, and `reason` says why. `spoilt` names
 * the families of figures of the trial that enter no median, by spaces.
 */
export const csvColumns = ['scenario', 'contender', 'transport', 'block', 'position', 'status', ...figureColumns, 'spoilt'] as const

/** Columns of a study in CSV: one row per point, contender, block and metric; `axis1`, `axis2` are the values of its axes. */
export const studyCsvColumns = ['scenario', 'axis1', 'axis2', 'contender', 'transport', 'block', ...figureColumns] as const

type Parts = readonly (readonly [name: string, part: object])[]

/** What of a trial is a metric: single numbers, by their path in result.json; histograms, series and settings are not. */
function metricParts(trial: TrialResult): Parts {
  const { memory, descriptors, processor, loop } = trial.server
  return [
    ['ledger', trial.ledger],
    ['deliveryLatencyUs', trial.deliveryLatencyUs],
    ['serviceLatencyUs', trial.serviceLatencyUs],
    ...(trial.recoveredLatencyUs === undefined ? [] : ([['recoveredLatencyUs', trial.recoveredLatencyUs]] as const)),
    ['publisherLagUs', trial.publisherLagUs],
    ['clientP99Us', trial.clientP99Us],
    ['requests', trial.requests],
    ['connections', trial.connections],
    ['bytes', trial.bytes],
    ['server.memory', memory],
    ['server.descriptors', descriptors],
    ['server.processor', processor],
    ['server.loop', loop],
  ]
}

const notMetrics = /(?:^|\.)(?:reasons|histogram|intervals|faults|statuses|closeCodes|serverClosed|level|n)(?:\.|$)/u

/** The trials of a run in long form (RFC 4180, a line feed at the end of each line), for a spreadsheet or a data frame. */
export function csvReport({ scenario, trials, failedTrials }: ResultDocument): string {
  const rows = trials.flatMap((trial) => {
    const head = [scenario.name, trial.contender, trial.transport, trial.block + 1, trial.position + 1, trial.validity.status]
    const spoilt = families.filter((family) => !counts(trial, family)).join(' ')
    const ofParts = metricParts(trial).flatMap(([name, part]) =>
      flattenPaths(part, name)
        .filter(([path, value]) => (typeof value === 'number' || value === null) && !notMetrics.test(path))
        .map(([path, value]) => ({ path, value: value as number | null, reason: value === null ? reasonOf(part, path) : '' })),
    )
    const found = new Set(ofParts.map(({ path }) => figurePath(path)))
    return [...ofParts, ...metricsElsewhere(trial, found)].map(({ path, value, reason }) => [
      ...head,
      path,
      value,
      unitOf(path),
      reason,
      spoilt,
    ])
  })
  const failed = failedTrials.map(({ contender, block, position, message }) => {
    const head = [scenario.name, contender, '', block + 1, position + 1, 'failed']
    return [...head, '', null, '', message, families.join(' ')]
  })
  return textOf([[...csvColumns], ...rows, ...failed])
}

/** The points of a study in long form: the value of each block. */
export function studyCsv({ scenario, points }: StudyDocument): string {
  const rows = points.flatMap((point) =>
    point.rows.flatMap((row) =>
      Object.entries(row.metrics).flatMap(([id, { values, blocks, unit, reasons }]) => {
        const head = [scenario.name, point.values[0] ?? null, point.values[1] ?? null, row.contender, row.transport]
        if (values.length === 0) return [[...head, null, id, null, unit, reasons['median'] ?? reasons['values'] ?? '']]
        return values.map((value, at) => [...head, (blocks[at] ?? at) + 1, id, value, unit, ''])
      }),
    ),
  )
  return textOf([[...studyCsvColumns], ...rows])
}

/** Metrics that are in other parts of a trial. */
function metricsElsewhere(trial: TrialResult, found: ReadonlySet<string>): { path: string; value: number | null; reason: string }[] {
  return metricsOf([trial]).flatMap((id) => {
    const { from } = metrics[id]
    const { value, reason = '' } = readingOf(trial, id)
    return typeof from !== 'string' || found.has(from) || (value === null && reason === '') ? [] : [{ path: from, value, reason }]
  })
}

/** An estimate is three rows, of which the first is its value. */
function figurePath(path: string): string {
  return path.replace(/\.(?:value|low|high)$/u, '')
}

const metricUnits = new Map(Object.values(metrics).map(({ from, unit }) => [from, unit.stored] as const))

/** The unit of a metric, or that which the path of another figure names. */
function unitOf(path: string): string {
  const figure = figurePath(path)
  const last = path.split('.').at(-1) ?? ''
  const known = metricUnits.get(figure as TrialPath)
  if (known !== undefined) return known
  if (/Count$|^count$/u.test(last)) return 'count'
  if (last.endsWith('MsPerSecond')) return 'ms/s'
  if (last.endsWith('Us')) return 'µs'
  if (last.endsWith('Ms')) return 'ms'
  if (figure.endsWith('Bytes')) return 'bytes'
  if (last.endsWith('Ratio')) return 'ratio'
  return /Us\.[^.]+$/u.test(path) ? 'µs' : 'count'
}

function reasonOf(part: object, path: string): string {
  const key = path.split('.').at(-1) ?? ''
  const found = flattenPaths(part).find(([name]) => name.endsWith(`reasons.${key}`))
  return typeof found?.[1] === 'string' ? found[1] : ''
}

function textOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((cells) => `${cells.map(field).join(',')}\n`).join('')
}

function field(value: string | number | null): string {
  if (value === null) return ''
  const text = typeof value === 'number' ? String(value) : inert(value)
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection), and the sign that prevents it. */
const formulaStarts = "=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20'"

/**
 * A text that no spreadsheet computes: with "'" in front of it where it begins like a formula, also behind white space, which some
 * programs drop. One that begins with "'" gets another, so that taking one off always gives the text back.
 */
function inert(text: string): string {
  const starts = [text.charAt(0), text.trimStart().charAt(0)]
  return starts.some((start) => start !== '' && formulaStarts.includes(start)) ? `'${text}` : text
}
