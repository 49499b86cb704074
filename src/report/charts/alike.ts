import { metrics, type MetricId } from '../../core/metric.ts'
import type { ResultDocument } from '../../core/result.ts'
import type { Scenario } from '../../core/scenario.ts'
import { thresholdOf } from '../../metrics/comparison.ts'
import { differenceThatMatters, scaleOf, type Side, type Threshold } from '../../metrics/pair-verdict.ts'
import { labelInSentence } from '../metric-view.ts'
import { firstOnTwoLines, spanTexts } from './caption.ts'

/**
 * Whether nobody differs in a metric: no pair is decided, and the medians are within what matters of each other. False where a
 * contender has no value, since it may differ, and where there is nobody to differ from.
 */
export function isAlike({ summary, comparison, scenario }: ResultDocument, metric: MetricId): boolean {
  const compared = comparison.metrics.find((one) => one.metric === metric)
  if (compared?.pairs.some(({ verdict }) => verdict === 'better') === true) return false
  const medians = summary.map((row) => row.metrics[metric]?.median ?? null)
  return areWithinMatters(medians, thresholdIn(scenario, metric))
}

/** What matters in a metric, as the scenario of a document has it. */
export function thresholdIn({ resolved }: ResultDocument['scenario'], metric: MetricId): Threshold {
  return thresholdOf(metric, (resolved['matters'] ?? {}) as Scenario['matters'])
}

/** Whether two or more medians (stored unit) all differ by less than what matters; false where one is missing. */
export function areWithinMatters(medians: readonly (number | null)[], threshold: Threshold): boolean {
  const known = medians.filter((value) => value !== null)
  if (known.length < 2 || known.length < medians.length) return false
  const [least, most] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))]
  if (least === most) return true
  const [high, low] = [sideOf(most), sideOf(least)]
  const scale = scaleOf(high, low)
  const distance = scale === 'ratio' ? Math.log(most / least) : most - least
  return distance < differenceThatMatters(scale, high, low, threshold)
}

function sideOf(value: number): Side {
  return { values: [value], median: value }
}

/** The line of a figure about metrics that have no panel, with the values that they have; no line for none. */
export function alikeLines(items: readonly { what: string; span: string }[]): string[] {
  if (items.length === 0) return []
  const head = 'No panel where nobody differs by as much as matters: '
  const full = `${head}${items.map(({ what, span }) => `${what} (${span})`).join(', ')}.`
  return [firstOnTwoLines(full, `${head}${items.map(({ what }) => what).join(', ')}.`)]
}

/** A metric without a panel, with the values (stored unit) that contenders have in it. */
export function alikeMetric(metric: MetricId, values: readonly (number | null)[]): { what: string; span: string } {
  const { divisor, shown } = metrics[metric].unit
  const known = values.filter((value) => value !== null).map((value) => ({ label: '', value: value / divisor }))
  return { what: labelInSentence(metric), span: spanTexts(known, shown).bare }
}
