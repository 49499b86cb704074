import { metricIds, metrics, type Metric } from '../core/metric.ts'
import type { ResultDocument, SummaryRow, TrialResult } from '../core/result.ts'
import { contendersOf, validityText, type ShownContender } from './contenders.ts'
import { formatExact, formatLevel } from '../text/format.ts'
import { lostText } from './lost-text.ts'
import { labelWithUnit, metricCell, numberCell, textCell } from './metric-view.ts'
import { achievedRows, jobRows, rangedRow, recoveredRows, upstreamRows, type TradeOffRow } from './traffic-rows.ts'

/** The trade-off table, shared by terminal, markdown and page. */
export interface TradeOff {
  contenders: ShownContender[]
  rows: TradeOffRow[]
  /** Says what the brackets are. */
  note: string
}

/** Row of what was lost, by the ledger. */
export const lostLabel = 'Lost of expected'

type TableGroup = NonNullable<Metric['row']>['group']

const noTrial = 'no trial of this contender finished'

function declared(contenders: ShownContender[], group: string, of: (row: SummaryRow) => string): TradeOffRow {
  return {
    group,
    label: '',
    basis: 'declared',
    cells: contenders.map(({ row }) => (row === undefined ? numberCell(null, noTrial) : textCell(of(row)))),
  }
}

function counted(contenders: ShownContender[], group: string, label: string, of: (row: SummaryRow) => string): TradeOffRow {
  return { ...declared(contenders, group, of), label, basis: 'counted' }
}

/** The metrics of a group that the table shows, in their order. */
function measured(contenders: ShownContender[], group: TableGroup): TradeOffRow[] {
  return metricIds.flatMap((metric) => {
    const { row: place, label, unit } = metrics[metric]
    if (place?.group !== group) return []
    const cells = contenders.map(({ row }) => (row === undefined ? numberCell(null, noTrial) : metricCell(metric, row.metrics[metric])))
    const shown: TradeOffRow = { group, label: labelWithUnit({ label: place.label ?? label, unit }), metric, basis: 'measured', cells }
    return place.ifAny === true && !hasValue(shown) ? [] : [shown]
  })
}

function hasValue(row: TradeOffRow): boolean {
  return row.cells.some((cell) => cell.state === 'value' || cell.state === 'zero' || cell.state === 'tiny')
}

function emptyPercent({ requests: { emptyRatio, reasons } }: TrialResult): { value: number | null; reason: string | undefined } {
  return { value: emptyRatio === null ? null : emptyRatio * 100, reason: reasons['emptyRatio'] }
}

function levelsNote(contenders: ShownContender[]): string {
  const levels = new Set(contenders.flatMap(({ row }) => Object.values(row?.metrics ?? {}).map((metric) => metric.level)))
  const names = [...levels].sort((a, b) => a - b).map(formatLevel)
  if (names.length === 0) return 'No contender has a summary yet.'
  return `Medians over blocks [${names.join(' or ')} interval over blocks]. Lower is better in every measured row.`
}

function complexityOf(row: SummaryRow): string {
  return formatExact(row.traits.complexity.serverLines + row.traits.complexity.clientLines)
}

function dependenciesOf(row: SummaryRow): string {
  const names = row.traits.complexity.dependencies
  return names.length === 0 ? '0' : `${names.length} (${names.join(', ')})`
}

/** The trade-off table of a document: the rows of the table of claims (docs/claims.md), with what was measured in the cells. */
export function tradeOff(document: ResultDocument): TradeOff {
  const contenders = contendersOf(document)
  const emptyAnswers = rangedRow(
    document,
    contenders,
    { group: 'Network overhead', label: 'Empty answers, % [range]', family: 'throughput' },
    emptyPercent,
  )
  const rows = [
    declared(contenders, 'Protocol', (row) => row.traits.protocol),
    declared(contenders, 'Direction', (row) => row.traits.direction),
    ...measured(contenders, 'Latency'),
    ...recoveredRows(document, contenders),
    ...jobRows(document, contenders),
    ...measured(contenders, 'Jobs'),
    ...upstreamRows(document, contenders),
    ...measured(contenders, 'Network overhead').flatMap((row) => (row.metric === 'requestsPerDelivery' ? [row, emptyAnswers] : [row])),
    ...measured(contenders, 'Server resource use'),
    counted(contenders, 'Complexity', 'Lines, server + client', complexityOf),
    counted(contenders, 'Complexity', 'Branches', (row) => formatExact(row.traits.complexity.branches)),
    counted(contenders, 'Complexity', 'Dependencies', dependenciesOf),
    declared(contenders, 'Firewalls and proxies', (row) => row.traits.proxies),
    declared(contenders, 'Use cases', (row) => row.traits.fits),
    counted(contenders, 'Evidence', 'Deliveries', (row) => formatExact(row.deliveryCount)),
    ...achievedRows(document, contenders),
    counted(contenders, 'Evidence', lostLabel, (row) => `${lostText(row.ledger)} of ${formatExact(row.ledger.expectedCount)}`),
    counted(contenders, 'Evidence', 'Blocks counted', (row) => formatExact(row.countedTrialCount)),
    counted(contenders, 'Evidence', 'Trials', validityText),
  ]
  return { contenders, rows, note: levelsNote(contenders) }
}
