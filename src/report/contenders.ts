import type { Family } from '../core/family.ts'
import type { ResultDocument, SummaryRow, TrialResult } from '../core/result.ts'
import { counts, isCounted, whyOut } from '../metrics/validity.ts'
import { formatPlural } from '../text/format.ts'
import { chartLabels } from './name-text.ts'
import { oneLine } from '../text/one-line.ts'

/** A contender as reports see it; `row` is absent when no trial of it has finished. */
export interface ShownContender {
  label: string
  row: SummaryRow | undefined
}

/** Contenders in the order of the summary, then those that were planned and never finished a trial. */
export function contendersOf(document: ResultDocument): ShownContender[] {
  const rows = new Map(document.summary.map((row) => [row.contender, row]))
  const labels = new Set([...rows.keys(), ...document.plan.blockOrder.flat(), ...document.failedTrials.map((trial) => trial.contender)])
  return [...labels].map((label) => ({ label, row: rows.get(label) }))
}

/** The name that charts show for each contender where it is not the contender's own: their font lacks some characters. */
export function chartAliases(contenders: readonly ShownContender[]): (string | null)[] {
  return chartLabels(contenders.map(({ label }) => label)).map((alias, at) => (alias === oneLine(contenders[at]!.label) ? null : alias))
}

/** The names of all contenders as charts draw them. */
export function chartNames(document: ResultDocument): string[] {
  return chartLabels(contendersOf(document).map(({ label }) => label))
}

/** The transport of a contender; of one without a finished trial its label, which begins with it. */
export function transportOf({ label, row }: ShownContender): string {
  return row?.transport ?? oneLine(label).split(',')[0]!
}

/** Trials of which figures of a family enter medians and comparisons; without one, those of which anything does. */
export function countedTrials(document: ResultDocument, label: string, family?: Family): TrialResult[] {
  return document.trials.filter((trial) => trial.contender === label && isCounted(trial) && (family === undefined || counts(trial, family)))
}

/** "all 3 valid", or "2 valid, 1 invalid, 1 repeated". */
export function validityText(row: SummaryRow | undefined): string {
  if (row === undefined) return 'no trial finished'
  const found = Object.entries(row.validity).filter(([, count]) => count > 0)
  if (found.length === 0) return 'no trial finished'
  const repeated = (row.repeatedCount ?? 0) === 0 ? '' : `, ${row.repeatedCount} repeated`
  const [first] = found
  if (found.length === 1 && first !== undefined) return `${first[1] === 1 ? '1' : `all ${first[1]}`} ${first[0]}${repeated}`
  return `${found.map(([status, count]) => `${count} ${status}`).join(', ')}${repeated}`
}

/** "3 blocks, all 3 valid": what the figures of a contender rest on. */
export function evidenceText(row: SummaryRow | undefined): string {
  return row === undefined ? 'no trial finished' : `${formatPlural(row.countedTrialCount, 'block')} counted, ${validityText(row)}`
}

/** What the figures of a chart rest on: blocks and validity, said once where all contenders have the same. */
export function evidenceNote(document: ResultDocument): string {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const texts = contenders.map(({ row }) => evidenceText(row))
  const [first] = texts
  if (first === undefined) return 'No contender has run.'
  if (texts.every((text) => text === first)) return `${contenders.length === 1 ? '' : 'Each contender: '}${first}.`
  return `${texts.map((text, at) => `${labels[at]}: ${text}`).join('; ')}.`
}

function latencyRemark(trial: TrialResult): string {
  return counts(trial, 'latency') ? '' : `, latency not compared (${whyOut(trial, 'latency')})`
}

/** "Shown: sse: block 1, valid. One trial each, so no interval.", for a chart of a single trial of each contender. */
export function singleTrialNote(trials: readonly (TrialResult | undefined)[], labels: readonly string[]): string {
  const shown = trials.flatMap((trial, at) =>
    trial === undefined ? [] : [`${labels[at]}: block ${trial.block + 1}, ${oneLine(trial.validity.status)}${latencyRemark(trial)}`],
  )
  return shown.length === 0 ? 'No counted trial.' : `Shown: ${shown.join('; ')}. One trial each, so no interval.`
}
