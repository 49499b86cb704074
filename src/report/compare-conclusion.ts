import type { RunComparison, RunVerdict } from '../core/run-comparison.ts'
import { warning, type Warning } from '../core/warnings.ts'
import { fewestPerSide } from '../metrics/result-comparison.ts'
import { defaultLevel } from '../metrics/student.ts'
import { effectText, ledgerTexts, nameOfRow, sentencesOfReasons } from './compare-rows.ts'
import { formatExact, formatFactor, formatLevel, formatList, formatPlural } from '../text/format.ts'
import { amountText } from './metric-view.ts'
import { oneLine } from '../text/one-line.ts'

const mostNamed = 3

/** How a comparison of two runs judges, and what its exit codes rest on. */
export const ruleOfComparison = `Rule: a figure is a regression if the interval of its change (${formatLevel(defaultLevel)} for all figures jointly, by Holm) excludes no change and the estimate reaches the difference that matters. Any increase in lost, duplicated, reordered, corrupted or unexpected deliveries is a regression too. Undecided does not mean equal. With --fail-on-regression the exit code is 4 on a regression, and 5 if no figure of a contender was judged.`

const barrierTexts = {
  scenario: 'the runs have different workloads',
  machine: 'the runs have different machines',
  unknown: 'the machine of one run is not fully recorded',
} as const

/** Why two runs are not comparable, each kind once. */
export function whyNotComparable(barriers: RunComparison['barriers']): string {
  return [...new Set(barriers.map(({ kind }) => barrierTexts[kind]))].join('; ')
}

/** What a comparison comes to, in one sentence: what got worse, and what could not have been seen in these runs at all. */
export function conclusionOf(comparison: RunComparison): string {
  const { verdicts, counts } = comparison
  const head = headOf(comparison)
  if (head === null) return nothingJudged(comparison)
  const open = verdicts.filter(({ verdict }) => verdict === 'undecided')
  const parts = [
    ...(open.length === 0 ? [] : [`${formatExact(open.length)} of them ${open.length === 1 ? 'is' : 'are'} undecided${couldShow(open)}`]),
    ...(counts.notJudged === 0 ? [] : [`${formatExact(counts.notJudged)} more ${counts.notJudged === 1 ? 'was' : 'were'} not judged`]),
  ]
  return `${[head, ...parts].join('; ')}.`
}

/** The same without what could not have been seen: "No regression was found in the 44 figures judged; 12 of them are undecided.". */
export function shortConclusionOf(comparison: RunComparison): string {
  const head = headOf(comparison)
  if (head === null) return nothingJudged(comparison)
  const { counts } = comparison
  const better = counts.improvement === 0 ? '' : `; ${formatPlural(counts.improvement, 'improvement')}`
  const open = counts.undecided === 0 ? '' : `; ${formatExact(counts.undecided)} undecided`
  const unjudged = comparison.unjudged.length === 0 ? '' : `; no figure of ${formatList(comparison.unjudged.map(oneLine))} was judged`
  return `${head}${better}${open}${unjudged}.`
}

function nothingJudged(comparison: RunComparison): string {
  return `Nothing was judged (${whyNothing(comparison)}).`
}

/** What got worse; null where nothing was judged. */
function headOf(comparison: RunComparison): string | null {
  const { verdicts, counts } = comparison
  const judgedCount = verdicts.length - counts.notJudged
  if (judgedCount + counts.regression === 0) return null
  const worse = namesOfRegressions(comparison)
  return worse.length === 0
    ? `No regression was found in the ${formatPlural(judgedCount, 'figure')} judged`
    : `${formatPlural(worse.length, 'regression')} found: ${listed(worse)}`
}

function namesOfRegressions({ verdicts, ledger }: RunComparison): string[] {
  const counted = ledger.filter(({ verdict }) => verdict === 'regression')
  const measured = verdicts.filter(({ verdict }) => verdict === 'regression')
  return [...counted.map(({ contender, figure }) => `${oneLine(contender)} ${ledgerTexts[figure]}`), ...measured.map(nameOfRow)]
}

function listed(names: readonly string[]): string {
  return names.length <= mostNamed + 1 ? formatList(names) : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
}

/** ", where only a change by 1.40 × (at best) to 9.57 × (at worst) or more would have shown; nearest came …". */
function couldShow(open: readonly RunVerdict[]): string {
  const known = open.filter(({ minimumDetectableEffect: effect }) => effect !== null)
  if (known.length === 0) return ''
  const factors = known.filter(({ scale }) => scale === 'ratio').map(({ minimumDetectableEffect: effect }) => effect!)
  const [least, most] = [Math.min(...factors), Math.max(...factors)].map(formatFactor)
  const reach = least === most ? least : `${least} (at best) to ${most} (at worst)`
  const range = factors.length < 2 ? '' : `, where only a change by ${reach} or more would have shown`
  const nearest = known.reduce((found, row) => (shareOfEffect(row) > shareOfEffect(found) ? row : found))
  const { estimate, scale, metric } = nearest
  const change = scale === 'ratio' ? formatFactor(estimate!) : amountText(metric, estimate!)
  return `${range}; the closest was ${nameOfRow(nearest)} with ${change}, where ${effectText(nearest)} or more would have shown`
}

/** How near an estimate came to being called a change: 1 is there. */
function shareOfEffect({ estimate, minimumDetectableEffect: effect, scale }: RunVerdict): number {
  return scale === 'ratio' ? Math.abs(Math.log(estimate!)) / Math.log(effect!) : Math.abs(estimate!) / effect!
}

function whyNothing(comparison: RunComparison): string {
  const reasons = sentencesOfReasons(comparison, 'notJudged')
  return reasons.length === 0 ? 'the runs have no figure in common' : reasons.slice(0, mostNamed).join('; ')
}

/** What a gate on regressions did not look at. Undefined where every figure was judged. */
export function gateWarning(comparison: RunComparison): Warning | undefined {
  const { verdicts, counts, unjudged } = comparison
  if (counts.notJudged === 0 && verdicts.length > 0) return undefined
  const whole = unjudged.length === 0 ? '' : `, none of ${formatList(unjudged.map(oneLine))}`
  const isShort = verdicts.some((row) => row.verdict === 'notJudged' && Math.min(row.beforeBlockCount, row.afterBlockCount) < fewestPerSide)
  const cure = isShort ? ' Give both runs at least two blocks with a value, better five (--blocks 5).' : ''
  const many = `${formatExact(counts.notJudged)} of ${formatPlural(verdicts.length, 'figure')}`
  return warning(
    'WARN_GATE_UNJUDGED',
    `compare --fail-on-regression: ${many} could not be judged${whole}, so a regression there would go unnoticed (${whyNothing(comparison)}).${cure}`,
  )
}
