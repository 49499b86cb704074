import type { MetricId } from '../../core/metric.ts'
import type { ResultDocument } from '../../core/result.ts'
import { formatExact } from '../../text/format.ts'
import { amountText, labelInSentence } from '../metric-view.ts'
import { claimTable, claimTransports, type ClaimRow, type ClaimRule, type ClaimTransport } from './claim-table.ts'
import { orderStatements } from './order-rule.ts'
import { countedStatements, countsOf, suitsStatements } from './other-rules.ts'
import { rowOfTransport, verdictOver, type ClaimEvidence, type ClaimVerdict, type Evidence } from './statement.ts'

/** A claim with what was measured. */
export interface JudgedCell extends ClaimVerdict {
  transport: ClaimTransport
  words: string
  /** One figure that stands for it, with the file that it is in; null where no result has one. */
  figure: { text: string; file: string } | null
}

/** A row of claims with its verdicts. */
export interface JudgedRow {
  row: ClaimRow
  ruleText: string
  cells: JudgedCell[]
}

/** The rules in words. */
const ruleTexts: Readonly<Record<ClaimRule['kind'], string>> = {
  order:
    'The words of a row have an order. Each pair of transports with different words is looked up in every result and study: the claim holds where the transport with the lower word is better, by the difference that matters and at the level declared before the run. “Practically equal” contradicts a claimed difference, “undecided” says nothing, and equal words claim no order. Runs with planned faults are left out.',
  counted:
    'Lines and branches of server and client are counted. The transport with the higher word must have at least a tenth more of both.',
  suits:
    'Measured by the scenarios that stand for the use cases. Confirmed: the transport stays within the limits, and no other is better in something that matters there without being worse in something else. Refuted: it exceeds a limit. Depends: it stays within the limits, but another costs less in something and more in nothing.',
  'not measured': 'No figure answers it.',
}

/** Every claim of the table, judged by the evidence. Pure: the same evidence gives the same verdicts. */
export function judgeClaims(evidence: ClaimEvidence): JudgedRow[] {
  return claimTable.map((row) => ({
    row,
    ruleText: ruleTexts[row.rule.kind],
    cells: claimTransports.map((transport) => ({
      transport,
      words: row.cells[transport].words,
      figure: headline(row, transport, evidence),
      ...verdictOf(row, transport, evidence),
    })),
  }))
}

function verdictOf(row: ClaimRow, transport: ClaimTransport, evidence: ClaimEvidence): ClaimVerdict {
  switch (row.rule.kind) {
    case 'order':
      return verdictOver(orderStatements(row, transport, evidence), 'no result compares transports with different words')
    case 'counted':
      return verdictOver(countedStatements(row, transport, evidence), 'no result holds all four transports')
    case 'suits': {
      const { scenarios = [] } = row.cells[transport]
      return verdictOver(suitsStatements(row.cells[transport], transport, evidence), `no result of ${scenarios.join(', ')}`)
    }
    case 'not measured':
      return { verdict: 'not measured', why: row.rule.why, statements: [] }
  }
}

function headline(row: ClaimRow, transport: ClaimTransport, { results }: ClaimEvidence): JudgedCell['figure'] {
  const rule = row.rule
  const scenarios = row.cells[transport].scenarios
  const shown = ({ file, document }: Evidence<ResultDocument>): JudgedCell['figure'] => {
    const summary = rowOfTransport(document, transport)
    if (summary === undefined || (scenarios !== undefined && !scenarios.includes(document.scenario.name))) return null
    if (rule.kind === 'not measured') return null
    if (rule.kind === 'counted') {
      const { lines, branches } = countsOf(summary)
      return { text: `${formatExact(lines)} lines, ${formatExact(branches)} branches`, file }
    }
    const metrics: readonly MetricId[] = rule.kind === 'order' ? rule.metrics : ['deliveryLatencyP99']
    for (const metric of metrics) {
      const median = summary.metrics[metric]?.median ?? null
      if (median !== null) return { text: `${labelInSentence(metric)} ${amountText(metric, median)}`, file }
    }
    return null
  }
  return results.map(shown).find((figure) => figure !== null) ?? null
}
