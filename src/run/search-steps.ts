import type { ResultDocument } from '../core/result.ts'
import type { SearchAnswer, SearchStep } from '../core/study-result.ts'
import type { Search } from '../core/sweep.ts'
import { limitsOf, unjudgedLimits } from '../metrics/comparison.ts'
import { causeOf, isCounted } from '../metrics/validity.ts'

/** What has been tried so far, in order. */
export type Tried = Pick<SearchStep, 'value' | 'purpose' | 'outcome'>

export type NextStep = Pick<SearchStep, 'value' | 'purpose'> | { answer: Pick<SearchAnswer, 'verdict' | 'value' | 'failsAt' | 'reasons'> }

/** Passes that the found value needs beside the one that found it, and failures one step above. */
const confirmationsNeeded = 2
/** More than this and outcomes contradict each other: the search gives what it has. */
const mostSteps = 40
/** A limit of the generator is believed when it shows twice at the same value: one may be a neighbour's doing. */
const generatorLooks = 2
const growth = 2

/** What is known of one value. */
type Known = 'pass' | 'fail' | 'generator' | 'unsettled'

/**
 * What a search for the largest value that meets its limits does next, or its answer. Pure: the same outcomes lead to the
 * same steps.
 *
 * It doubles from `from` until a value does not pass or `to` is reached, bisects (on the logarithm) down to the resolution,
 * then confirms: the found value must pass twice more and the one above fail once more. A value that ever failed counts as
 * failing, so that a confirmation that fails leads to a lower value, and the answer says "not confirmed". Where the
 * generator was the limit, the value above is not the contender's capacity and the answer is "at least".
 */
export function nextStep(search: Pick<Search, 'from' | 'to' | 'resolutionRatio'>, isWhole: boolean, tried: readonly Tried[]): NextStep {
  const { from, to, resolutionRatio } = search
  const known = whatIsKnown(tried)
  const last = tried.at(-1)
  if (last !== undefined && known.get(last.value) === 'unsettled') return { value: last.value, purpose: last.purpose }
  if (last === undefined) return { value: from, purpose: 'grow' }
  const ceiling = least(known, (state) => state !== 'pass')
  const floor = most(known, (value, state) => state === 'pass' && (ceiling === null || value < ceiling))
  if (floor === null) return belowFirst(tried, from, known)
  if (tried.length >= mostSteps) return answer('not confirmed', floor, tried, { verdict: `${mostSteps} steps did not decide it` })
  if (ceiling === null && floor < to) return { value: Math.min(to, rounded(floor * growth, isWhole)), purpose: 'grow' }
  if (ceiling !== null) {
    const between = rounded(Math.sqrt(floor * ceiling), isWhole)
    if (ceiling / floor > 1 + resolutionRatio && between > floor && between < ceiling) return { value: between, purpose: 'bisect' }
  }
  return confirmation(tried, { floor, ceiling, isGeneratorBound: ceiling !== null && known.get(ceiling) === 'generator' })
}

function confirmation(
  tried: readonly Tried[],
  { floor, ceiling, isGeneratorBound }: { floor: number; ceiling: number | null; isGeneratorBound: boolean },
): NextStep {
  const confirms = tried.filter(({ value, purpose }) => value === floor && purpose === 'confirm')
  const passCount = confirms.filter(({ outcome }) => outcome === 'pass').length
  if (passCount < confirmationsNeeded) {
    if (confirms.length - passCount >= generatorLooks)
      return answer('not confirmed', floor, tried, { verdict: 'the generator was the limit when the value was to be confirmed' })
    return { value: floor, purpose: 'confirm' }
  }
  if (ceiling === null) return answer('at least', floor, tried, { verdict: 'no value above the end of the search was tried' })
  if (isGeneratorBound) return answer('at least', floor, tried, { verdict: `at ${ceiling} the generator was the limit` })
  const looks = tried.filter(({ value, outcome }) => value === ceiling && outcome !== 'generator')
  if (looks.length < 2) {
    const blocked = tried.filter(
      ({ value, purpose, outcome }) => value === ceiling && purpose === 'confirm above' && outcome === 'generator',
    )
    if (blocked.length < generatorLooks) return { value: ceiling, purpose: 'confirm above' }
  }
  const contradicted = contradictions(tried)
  if (contradicted.length === 0 && looks.length >= 2) return answer('confirmed', floor, tried, {})
  const why = contradicted.length > 0 ? `${contradicted.join(' and ')} passed and failed` : 'the generator was the limit one step above'
  return answer('not confirmed', floor, tried, { verdict: why })
}

function belowFirst(tried: readonly Tried[], from: number, known: ReadonlyMap<number, Known>): NextStep {
  if (known.get(from) === 'generator')
    return answer('unknown', null, tried, { value: 'the generator or the machine was the limit at the first value' })
  if (tried.filter(({ value }) => value === from).length < 2) return { value: from, purpose: 'confirm' }
  const isMixed = contradictions(tried).includes(from)
  return answer(isMixed ? 'not confirmed' : 'none', null, tried, {
    value: isMixed ? 'the first value passed and failed' : 'the first value does not meet the limits',
  })
}

function answer(
  verdict: SearchAnswer['verdict'],
  value: number | null,
  tried: readonly Tried[],
  reasons: Record<string, string>,
): NextStep {
  const failed = tried.filter(({ outcome }) => outcome === 'fail').map((step) => step.value)
  const failsAt = failed.length === 0 ? null : Math.min(...failed)
  if (failsAt === null) reasons['failsAt'] = 'it broke no limit at any value tried'
  return { answer: { verdict, value, failsAt, reasons } }
}

function whatIsKnown(tried: readonly Tried[]): Map<number, Known> {
  const known = new Map<number, Known>()
  for (const value of new Set(tried.map((step) => step.value))) {
    const outcomes = tried.filter((step) => step.value === value).map(({ outcome }) => outcome)
    const generatorCount = outcomes.filter((outcome) => outcome === 'generator').length
    if (outcomes.includes('fail')) known.set(value, 'fail')
    else if (outcomes.includes('pass')) known.set(value, 'pass')
    else known.set(value, generatorCount >= generatorLooks ? 'generator' : 'unsettled')
  }
  return known
}

function contradictions(tried: readonly Tried[]): number[] {
  const values = (wanted: SearchStep['outcome']) => tried.filter(({ outcome }) => outcome === wanted).map(({ value }) => value)
  const failed = values('fail')
  return [...new Set(values('pass'))].filter((value) => failed.includes(value)).sort((a, b) => a - b)
}

function least(known: ReadonlyMap<number, Known>, fits: (state: Known) => boolean): number | null {
  const values = [...known].filter(([, state]) => fits(state)).map(([value]) => value)
  return values.length === 0 ? null : Math.min(...values)
}

function most(known: ReadonlyMap<number, Known>, fits: (value: number, state: Known) => boolean): number | null {
  const values = [...known].filter(([value, state]) => fits(value, state)).map(([value]) => value)
  return values.length === 0 ? null : Math.max(...values)
}

/** Three significant digits are finer than any resolution allowed. */
function rounded(value: number, isWhole: boolean): number {
  const short = Number(value.toPrecision(4))
  return isWhole ? Math.round(short) : short
}

/**
 * What a run of one contender in one block says of its value: `pass` when its figures count and break no limit, `fail`
 * when a limit is broken or the trial is invalid and the server is the cause, else `generator`. The cause is the one that
 * the load of the point is shown with, so that a point has one.
 */
export function outcomeOf({
  trials,
  failedTrials,
  comparison,
  scenario,
}: Pick<ResultDocument, 'trials' | 'failedTrials' | 'comparison' | 'scenario'>): Pick<SearchStep, 'outcome' | 'cause' | 'why'> {
  const trial = trials.find(({ isRepeated }) => isRepeated !== true)
  if (trial === undefined)
    return { outcome: 'generator', cause: 'harness', why: [`the trial failed: ${failedTrials[0]?.message ?? 'it did not run'}`] }
  const broken = comparison.limitBreaches.map(
    ({ limit, measured, allowed, reasons: whyNull }) =>
      `${limit} ${measured === null ? (whyNull['measured'] ?? 'not measured') : Number(measured.toPrecision(4))}, at most ${allowed}`,
  )
  const unjudged = unjudgedLimits(trial, limitsOf(scenario))
  if (isCounted(trial) && broken.length === 0 && unjudged.length === 0) return { outcome: 'pass', why: [] }
  const cause = causeOf(trial)
  const why = [...broken, ...trial.validity.reasons.map(({ gate, message }) => `${gate}: ${message}`)]
  return { outcome: cause === 'server' ? 'fail' : 'generator', cause, why }
}
