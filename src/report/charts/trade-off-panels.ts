import { metricIds, metrics, type MetricId } from '../../core/metric.ts'
import type { ResultDocument, SummaryRow } from '../../core/result.ts'
import { isWhyOut } from '../../metrics/validity.ts'
import { chartNames, contendersOf, evidenceNote } from '../contenders.ts'
import { formatFactor, formatLevel, formatPlural } from '../../text/format.ts'
import { labelInSentence, labelWithUnit, metricCell, withUnit, type Cell } from '../metric-view.ts'
import { chartLabels } from '../name-text.ts'
import { alikeLines, alikeMetric, areWithinMatters, isAlike, thresholdIn } from './alike.ts'
import { endsOf, firstFitting, inUnit } from './caption.ts'
import type { Bar, BarPanel, Caption, Figure } from './figure.ts'
import { scaleFor } from './scale.ts'
import { spoiltText } from './spoilt.ts'

const candidates = metricIds.filter((id) => metrics[id].isCharted)

/** Metrics of which somebody has a value, or one that is not finite. Why nobody has one, the table says; where nobody has any, all panels say so. */
function knownOf(documents: readonly ResultDocument[]): MetricId[] {
  const rows = documents.flatMap(({ summary }) => summary)
  const seen = candidates.filter((id) =>
    rows.some((row) => (row.metrics[id]?.median ?? null) !== null || isInfinite(metricCell(id, row.metrics[id]))),
  )
  return seen.length > 0 ? seen : candidates.filter((id) => metrics[id].needs === undefined)
}

function isInfinite({ reason }: Cell): boolean {
  return reason?.startsWith('no finite value') === true
}

function medianOf(row: SummaryRow | undefined, metric: MetricId): number | null {
  return row?.metrics[metric]?.median ?? null
}

/** What stands in the place of a bar. */
function whyNoBar(cell: Cell): string {
  if (isInfinite(cell)) return 'no finite value: too many undelivered'
  return isWhyOut(cell.reason ?? '') ? 'does not count' : 'not measured'
}

/** The bar of one contender; `spoilt` says which of its trials do not count, and why. */
function barOf(metric: MetricId, row: SummaryRow | undefined, named: { label: string; style: number; spoilt: string | null }): Bar {
  const { label, style, spoilt } = named
  const summary = row?.metrics[metric]
  const cell = metricCell(metric, summary)
  const { divisor } = metrics[metric].unit
  const value = summary?.median ?? null
  const scaled = (end: number | null | undefined) => (end === null || end === undefined ? null : end / divisor)
  const state =
    value === null || cell.state === 'missing' || cell.state === 'absent' ? 'missing' : cell.state === 'text' ? 'value' : cell.state
  const evidence =
    summary === undefined
      ? 'not measured'
      : `${formatPlural(summary.values.length, 'block')}${cell.interval === null ? '' : `, ${formatLevel(summary.level)} interval`}`
  const detail =
    state === 'missing'
      ? (cell.reason ?? 'not measured')
      : `${[withUnit(metric, cell.text), cell.interval].filter((part) => part !== null).join(' ')}, ${evidence}`
  return {
    label,
    style,
    value: scaled(value),
    low: scaled(summary?.low),
    high: scaled(summary?.high),
    state,
    text: state === 'missing' ? whyNoBar(cell) : cell.text,
    detail: spoilt === null ? detail : `${detail}; ${spoilt}`,
    ...(spoilt === null ? {} : { isSpoilt: true }),
  }
}

function panelOf(metric: MetricId, bars: Bar[]): BarPanel {
  const { better, shown } = metrics[metric].unit
  const xScale = scaleFor(bars.map(({ value }) => value))
  const hint = `${better} is better${xScale === 'log' ? '; log scale' : ''}`
  return { kind: 'bars', title: labelWithUnit(metrics[metric]), hint, unit: shown, xScale, bars }
}

/** "95 % interval", or "interval" where panels have several. */
function intervalName(levels: ReadonlySet<number>): string {
  return levels.size === 1 ? `${formatLevel([...levels][0]!)} interval` : 'interval'
}

/** What the marks in panels of bars are, as far as there are any. */
function marksText(panels: readonly BarPanel[], bar: string, interval: string): string {
  const bars = panels.flatMap((panel) => panel.bars)
  const isLog = panels.some(({ xScale }) => xScale === 'log')
  const parts = [
    `${isLog ? 'Bar, or dot on a log scale' : 'Bar'}: ${bar}`,
    ...(bars.some(({ low, high }) => low !== null && high !== null) ? [`Whisker: ${interval}`] : []),
    ...(bars.some(({ state }) => state === 'zero') ? ['Ring: measured 0'] : []),
    ...(bars.some(({ isSpoilt }) => isSpoilt === true) ? ['Shaded: not all of its trials count'] : []),
  ]
  return `${parts.join('. ')}.`
}

/** What the contenders cost, a panel a metric in which they differ: medians over blocks with their intervals, each lower-is-better and with an axis of its own. */
export function tradeOffFigure(document: ResultDocument): Figure {
  const known = knownOf([document])
  const alike = known.filter((metric) => isAlike(document, metric))
  const shown = known.filter((metric) => !alike.includes(metric))
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const levels = new Set(contenders.flatMap(({ row }) => shown.flatMap((metric) => row?.metrics[metric]?.level ?? [])))
  const panels = shown.map((metric) =>
    panelOf(
      metric,
      contenders.map(({ label, row }, style) =>
        barOf(metric, row, { label: labels[style]!, style, spoilt: spoiltText(document, label, metrics[metric].family) }),
      ),
    ),
  )
  return {
    id: 'trade-off',
    title: 'What does each contender cost?',
    caption: { see: widestText(document, shown), read: marksText(panels, 'median over blocks', intervalName(levels)) },
    notes: [
      `A whisker is the ${intervalName(levels)} over blocks; there is none where blocks are too few, and an arrow where it goes on. Values that differ by more than 30 × stand on a log scale.`,
      evidenceNote(document),
    ],
    without: alikeLines(
      alike.map((metric) =>
        alikeMetric(
          metric,
          document.summary.map((row) => medianOf(row, metric)),
        ),
      ),
    ),
    columns: 2,
    panels,
  }
}

/** What reports show as less than this has no factor: it would be that of a number nobody sees. */
const leastShown = 0.01
/** From this factor on one block each is worth a look. */
const firstLookFactor = 2

/** What to see first: the widest difference that is decided; with one block each, the widest of all from a factor of 2 on. */
function widestText(document: ResultDocument, shown: readonly MetricId[]): Caption['see'] {
  const contenders = contendersOf(document)
  if (contenders.length < 2) return 'One contender, so there is nothing to compare it with.'
  const blockCount = document.summary.reduce((most, { countedTrialCount }) => Math.max(most, countedTrialCount), 0)
  if (blockCount === 0) return 'No trial counts, so there is nothing to compare.'
  const isFirstLook = blockCount === 1
  const differences = shown.flatMap((metric) => differencesIn(document, metric, isFirstLook))
  const finite = differences.filter(({ factor }) => Number.isFinite(factor))
  const widest = finite.toSorted((a, b) => b.factor - a.factor)[0] ?? differences[0]
  if (widest === undefined)
    return isFirstLook
      ? 'First look, one block each: all are within 2 × of each other.'
      : 'No reliable difference yet between any two contenders.'
  const { metric, high, low, factor } = widest
  const head = isFirstLook ? 'First look, one block each; largest difference' : 'Largest difference'
  const times = Number.isFinite(factor) ? `, ${formatFactor(factor)}` : ''
  const { divisor, shown: unit } = metrics[metric].unit
  const amount = ({ value }: { value: number }): string => inUnit(value / divisor, unit)
  return firstFitting(
    `${head}: ${labelInSentence(metric)}, ${amount(high)} for ${high.label} and ${amount(low)} for ${low.label}${times}.`,
    `${head}: ${labelInSentence(metric)}, ${amount(high)} and ${amount(low)}${times}.`,
  )
}

interface Difference {
  metric: MetricId
  high: { label: string; value: number }
  low: { label: string; value: number }
  /** Infinity where the lower value is 0, or next to it. */
  factor: number
}

/** The pairs of a metric that are decided; at a first look, all that differ by much. */
function differencesIn(document: ResultDocument, metric: MetricId, isFirstLook: boolean): Difference[] {
  const labels = chartNames(document)
  const names = new Map(contendersOf(document).map(({ label }, at) => [label, labels[at]!]))
  const pairs = document.comparison.metrics.find((one) => one.metric === metric)?.pairs ?? []
  const sideOf = (label: string) => {
    const value = medianOf(
      document.summary.find(({ contender }) => contender === label),
      metric,
    )
    return value === null ? [] : [{ label: names.get(label) ?? label, value }]
  }
  return pairs
    .filter(({ verdict }) => isFirstLook || verdict === 'better')
    .flatMap(({ a, b }) => {
      const [low, high] = endsOf([...sideOf(a), ...sideOf(b)])
      if (low === undefined || high === undefined || low === high || low.value < 0) return []
      const isNothing = low.value / metrics[metric].unit.divisor < leastShown
      const factor = isNothing ? Number.POSITIVE_INFINITY : high.value / low.value
      return isFirstLook && !(factor >= firstLookFactor) ? [] : [{ metric, high, low, factor }]
    })
}

/** The same figures of several runs of one scenario on one machine, a bar for each contender of each run. */
export function sideBySideFigure(runs: readonly { name: string; document: ResultDocument }[], id: string): Figure {
  const known = knownOf(runs.map(({ document }) => document))
  const named = runs.flatMap(({ name, document }) => document.summary.map((row, style) => ({ row, style, document, name })))
  const medians = (metric: MetricId) => named.map(({ row }) => medianOf(row, metric))
  const alike = known.filter((metric) => areWithinMatters(medians(metric), thresholdIn(runs[0]!.document.scenario, metric)))
  const labels = chartLabels(named.map(({ row, name }) => `${row.contender}, ${name}`))
  const panels = known
    .filter((metric) => !alike.includes(metric))
    .map((metric) =>
      panelOf(
        metric,
        named.map(({ row, style, document }, at) =>
          barOf(metric, row, { label: labels[at]!, style, spoilt: spoiltText(document, row.contender, metrics[metric].family) }),
        ),
      ),
    )
  return {
    id,
    title: 'What does each contender cost, run by run?',
    caption: {
      see: 'Compare bars of one colour: they are the same contender, run by run.',
      read: marksText(panels, 'median over the blocks of a run', 'interval over its blocks'),
    },
    notes: ['The blocks of two runs are not paired.'],
    without: alikeLines(alike.map((metric) => alikeMetric(metric, medians(metric)))),
    columns: 2,
    panels,
  }
}
