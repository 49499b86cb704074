import { metrics as allMetrics, type MetricId } from '../../core/metric.ts'
import type { ResultDocument } from '../../core/result.ts'
import { formatExact } from '../format.ts'
import { labelInSentence, labelWithUnit, metricText } from '../metric-view.ts'
import { oneLine } from '../name-text.ts'
import { claimTable, claimTransports, type ClaimRow, type ClaimRule, type ClaimTransport } from './claim-table.ts'
import { orderStatements } from './order-rule.ts'
import { countedStatements, countsOf, suitsStatements } from './other-rules.ts'
import { rowOfTransport, verdictOver, type ClaimEvidence, type ClaimVerdict, type Evidence } from './statement.ts'

/** A claim with what was measured. */
export interface JudgedCell extends ClaimVerdict {
  transport: ClaimTransport
  words: string
  /** Figures of one result that stand for it, with the file that they are in; null where it has none. */
  figures: { text: string; file: string } | null
}

/** A row of claims with its verdicts, and the figures of every result, one line each. */
export interface JudgedRow {
  row: ClaimRow
  ruleText: string
  cells: JudgedCell[]
  figures: { file: string; what: string; values: string[] }[]
}

/** The rules in words, as they stand beside the verdicts. */
const ruleTexts: Readonly<Record<ClaimRule['kind'], string>> = {
  order:
    'The words are ranked. Each pair of transports with different words is looked up in each result and study: the transport with the lower word must win, by the difference that matters and at the level declared before the run. Practically equal contradicts a claimed difference; “undecided” decides nothing; equal words claim no order. Runs with planned faults are left out.',
  counted: 'Lines and branches of server and client are counted. The higher word must have at least 10 % more of both.',
  suits:
    'Measured by scenarios that represent the use cases. Confirmed: the transport stays within the limits, and no other one is better in something that matters there without being worse in something else. Refuted: it exceeds a limit. Depends: it stays within the limits, but another one costs less in something and more in nothing.',
  'not measured': 'No figure can answer it; the cell shows what the harness uses.',
}

/** Every claim of the table against the evidence. Pure: the same evidence gives the same verdicts. */
export function judgeClaims(evidence: ClaimEvidence): JudgedRow[] {
  return claimTable.map((row) => ({
    row,
    ruleText: ruleTexts[row.rule.kind],
    cells: claimTransports.map((transport) => ({
      transport,
      words: row.cells[transport].words,
      figures: headline(row, transport, evidence),
      ...verdictOf(row, transport, evidence),
    })),
    figures: row.rule.kind === 'order' ? row.rule.metrics.flatMap((metric) => figureRows(metric, evidence)) : [],
  }))
}

function verdictOf(row: ClaimRow, transport: ClaimTransport, evidence: ClaimEvidence): ClaimVerdict {
  switch (row.rule.kind) {
    case 'order':
      return verdictOver(orderStatements(row, transport, evidence), 'no result has a pair that can test the claim')
    case 'counted':
      return verdictOver(countedStatements(row, transport, evidence), 'no result contains all four transports')
    case 'suits': {
      const { scenarios = [] } = row.cells[transport]
      return verdictOver(suitsStatements(row.cells[transport], transport, evidence), `no result of ${scenarios.join(', ')}`)
    }
    case 'not measured':
      return { verdict: 'not measured', why: row.rule.why, statements: [] }
  }
}

function headline(row: ClaimRow, transport: ClaimTransport, { results }: ClaimEvidence): JudgedCell['figures'] {
  const rule = row.rule
  const scenarios = row.cells[transport].scenarios
  const shown = ({ file, document }: Evidence<ResultDocument>): JudgedCell['figures'] => {
    const summary = rowOfTransport(document, transport)
    if (summary === undefined || (scenarios !== undefined && !scenarios.includes(document.scenario.name))) return null
    if (rule.kind === 'not measured') return { text: oneLine(summary.traits[rule.trait]), file }
    if (rule.kind === 'counted') {
      const { lines, branches } = countsOf(summary)
      return { text: `${formatExact(lines)} lines, ${formatExact(branches)} branches`, file }
    }
    const metrics: readonly MetricId[] = rule.kind === 'order' ? rule.metrics : ['deliveryLatencyP99']
    const texts = metrics.filter((metric) => (summary.metrics[metric]?.median ?? null) !== null)
    return texts.length === 0
      ? null
      : { text: texts.map((metric) => `${labelInSentence(metric)} ${metricText(metric, summary.metrics[metric])}`).join(', '), file }
  }
  return results.map(shown).find((figures) => figures !== null) ?? null
}

function figureRows(metric: MetricId, { results }: ClaimEvidence): JudgedRow['figures'] {
  return results.map(({ file, document }) => ({
    file,
    what: labelWithUnit(allMetrics[metric]),
    values: claimTransports.map((transport) => {
      const row = rowOfTransport(document, transport)
      return row === undefined ? 'no contender' : metricText(metric, row.metrics[metric])
    }),
  }))
}
