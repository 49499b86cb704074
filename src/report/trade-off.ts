import { metrics, type MetricId } from '../core/metric.ts'
import type { ResultDocument, SummaryRow, TrialResult } from '../core/result.ts'
import { bytesPerKiB } from '../core/units.ts'
import { metricsOf } from '../metrics/metric-value.ts'
import { contendersOf, validityText, type ShownContender } from './contenders.ts'
import { formatExact, formatLevel } from './format.ts'
import { labelWithUnit, metricCell, metricViews, numberCell, textCell } from './metric-view.ts'
import { rangedRow, type TradeOffRow } from './ranged-row.ts'
import { achievedRows, jobRows, upstreamRows } from './traffic-rows.ts'

export type { TradeOffRow } from './ranged-row.ts'

/** The trade-off table, shared by terminal, markdown and page. */
export interface TradeOff {
  contenders: ShownContender[]
  rows: TradeOffRow[]
  /** Says what the brackets are. */
  note: string
}

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

function measured(contenders: ShownContender[], group: string, id: MetricId, label: string): TradeOffRow {
  const cells = contenders.map(({ row }) => (row === undefined ? numberCell(null, noTrial) : metricCell(id, row.metrics[id])))
  return { group, label: labelWithUnit({ label, unit: metricViews[id].unit }), basis: 'measured', cells }
}

function hasValue(row: TradeOffRow): boolean {
  return row.cells.some((cell) => cell.state === 'value' || cell.state === 'zero' || cell.state === 'tiny')
}

function emptyPercent({ requests: { emptyRatio, reasons } }: TrialResult): { value: number | null; reason: string | undefined } {
  return { value: emptyRatio === null ? null : emptyRatio * 100, reason: reasons['emptyRatio'] }
}

function kernelKiB({ server: { memory } }: TrialResult): { value: number | null; reason: string | undefined } {
  const { kernelPerClientBytes: kernel, reasons } = memory
  return { value: kernel === null ? null : kernel.value / bytesPerKiB, reason: reasons['kernelPerClientBytes'] }
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
  const cpuPerDelivery = measured(contenders, 'Server resource use', 'serverCpuPerDelivery', 'CPU per delivery')
  const rows = [
    declared(contenders, 'Protocol', (row) => row.traits.protocol),
    declared(contenders, 'Direction', (row) => row.traits.direction),
    measured(contenders, 'Latency', 'deliveryLatencyP50', 'Delivery p50'),
    measured(contenders, 'Latency', 'deliveryLatencyP99', 'Delivery p99'),
    measured(contenders, 'Latency', 'timeToSubscribedP99', 'Time to subscribed p99'),
    ...jobRows(document, contenders),
    ...metricsOf(document.trials)
      .filter((id) => metrics[id].isOfJobs === true)
      .map((id) => measured(contenders, 'Jobs', id, metrics[id].label))
      .filter(hasValue),
    ...upstreamRows(document, contenders),
    measured(contenders, 'Network overhead', 'requestsPerDelivery', 'Requests per delivery'),
    rangedRow(document, contenders, { group: 'Network overhead', label: 'Empty answers, % [range]' }, emptyPercent),
    measured(contenders, 'Network overhead', 'wireBytesPerDelivery', 'Wire bytes per delivery'),
    measured(contenders, 'Network overhead', 'applicationBytesPerDelivery', 'Application bytes per delivery'),
    measured(contenders, 'Server resource use', 'serverMemoryPerClient', 'Memory per client'),
    rangedRow(document, contenders, { group: 'Server resource use', label: 'Kernel memory per client, KiB [range]' }, kernelKiB),
    measured(contenders, 'Server resource use', 'serverDescriptorsPerClient', 'Descriptors per client'),
    measured(contenders, 'Server resource use', 'serverCpu', 'CPU'),
    ...(hasValue(cpuPerDelivery) ? [cpuPerDelivery] : []),
    counted(contenders, 'Complexity', 'Lines, server + client', complexityOf),
    counted(contenders, 'Complexity', 'Branches', (row) => formatExact(row.traits.complexity.branches)),
    counted(contenders, 'Complexity', 'Dependencies', dependenciesOf),
    declared(contenders, 'Firewalls and proxies', (row) => row.traits.proxies),
    declared(contenders, 'Use cases', (row) => row.traits.fits),
    declared(contenders, 'Best for AI, as said', (row) => row.traits.fitsAi),
    counted(contenders, 'Evidence', 'Deliveries', (row) => formatExact(row.deliveryCount)),
    ...achievedRows(document, contenders),
    counted(
      contenders,
      'Evidence',
      'Lost of expected',
      (row) => `${formatExact(row.ledger.lostCount)} of ${formatExact(row.ledger.expectedCount)}`,
    ),
    counted(contenders, 'Evidence', 'Blocks counted', (row) => formatExact(row.countedTrialCount)),
    counted(contenders, 'Evidence', 'Trials', validityText),
  ]
  return { contenders, rows, note: levelsNote(contenders) }
}
