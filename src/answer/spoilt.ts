import type { GateResult, ResultDocument, TrialResult } from '../core/result.ts'
import { usPerMs } from '../core/units.ts'
import { gates } from '../metrics/gates.ts'
import { machineLimits } from '../metrics/machine-gates.ts'
import { ownerOf, spoils, wasInterrupted } from '../metrics/validity.ts'
import { formatNumber, formatPlural, formatShare } from '../text/format.ts'

/** A disturbance by machine or load generator, as an answer tells it. */
interface Disturbance {
  gate: string
  /** Trials in which it was found. */
  trials: TrialResult[]
}

/** Trials that stand: not repeated, and not the one in which the run was stopped. */
export function standingTrials({ trials }: Pick<ResultDocument, 'trials'>): TrialResult[] {
  return trials.filter((trial) => trial.isRepeated !== true && !wasInterrupted(trial))
}

function isOutside(reason: GateResult): boolean {
  const owner = ownerOf(reason)
  return owner === 'machine' || owner === 'generator'
}

/** True for a trial of which machine or generator keep figures out of medians and comparisons. */
export function isSpoilt({ validity }: Pick<TrialResult, 'validity'>): boolean {
  return validity.reasons.some((reason) => isOutside(reason) && spoils(reason))
}

/** What the trials were disturbed by most often; undefined where nothing did. In one trial the machine excuses the generator. */
function mostFrequent(trials: readonly TrialResult[], counts: (reason: GateResult) => boolean): Disturbance | undefined {
  const found = new Map<string, Disturbance>()
  for (const trial of trials) {
    const reasons = trial.validity.reasons.filter(counts)
    const ofMachine = reasons.filter((reason) => ownerOf(reason) === 'machine')
    for (const { gate } of ofMachine.length === 0 ? reasons : ofMachine) {
      const entry = found.get(gate) ?? { gate, trials: [] }
      if (!entry.trials.includes(trial)) entry.trials.push(trial)
      found.set(gate, entry)
    }
  }
  const [first] = [...found.values()].toSorted((a, b) => b.trials.length - a.trials.length)
  return first
}

/** How much of a disturbance there was, as the trials measured it. */
const amounts: Readonly<Record<string, (trials: readonly TrialResult[]) => string | null>> = {
  hiccup: (trials) => {
    const longest = most(trials.flatMap(({ machine }) => (machine.hiccups ?? []).map(({ maxUs }) => maxUs)))
    return longest === null ? null : `the OS delayed a ready thread by up to ${formatNumber(longest / usPerMs)} ms`
  },
  'competing-load': (trials) => {
    const largest = most(trials.flatMap(({ machine }) => [machine.competingServerCpuRatio ?? 0, machine.competingGeneratorCpuRatio ?? 0]))
    return largest === null
      ? null
      : `other processes used up to ${formatShare(largest)} of the processors, ${formatShare(machineLimits.competingRatio)} is allowed`
  },
  steal: (trials) => {
    const largest = most(trials.map(({ machine }) => machine.stealRatio ?? 0))
    return largest === null ? null : `CPU steal was up to ${formatShare(largest)}, ${formatShare(machineLimits.stealRatio)} is allowed`
  },
  'processor-quota': (trials) => {
    const largest = most(trials.map(({ machine }) => stalledRatio(machine)))
    return largest === null ? null : `the CPU quota was used up in up to ${formatShare(largest)} of its periods`
  },
}

function stalledRatio({ quota }: TrialResult['machine']): number {
  return quota == null || quota.periodCount === 0 ? 0 : quota.stalledPeriodCount / quota.periodCount
}

function most(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values)
}

/** What to do about a disturbance; the machine's first rule where nothing else is known. */
const cures: Readonly<Record<string, string>> = {
  steal: 'Run it again on a machine that is not shared',
  'processor-quota': 'Raise the quota, or measure with fewer clients',
  'no-lock': 'Run it again without --no-lock',
  'generator-utilisation': 'Use fewer clients or messages, or a machine with more processors',
  'descriptors-full': 'Raise ulimit -n, or use fewer clients',
  'generator-fault': 'Use fewer clients, or more ports and descriptors',
  saturated: 'Use fewer clients or messages, or a machine with more processors',
}

/** "machine-busy" says what its trials were late by, not what took the processors: that another gate beside it says. */
function amountText({ gate, trials }: Disturbance): string {
  const own = amounts[gate]?.(trials)
  if (own != null) return own
  const beside = gate === 'machine-busy' ? mostFrequent(trials, (reason) => amounts[reason.gate] !== undefined) : undefined
  const text = beside === undefined ? null : amounts[beside.gate]!(beside.trials)
  return text ?? gates.find((entry) => entry.gate === gate)?.brief ?? gate
}

/** Where machine or generator spoilt most of the trials: which disturbance, how much, what to do; else null. */
export function spoiltText(document: ResultDocument): string | null {
  const trials = standingTrials(document)
  const spoilt = trials.filter(isSpoilt)
  if (spoilt.length * 2 <= trials.length) return null
  const found = mostFrequent(spoilt, (reason) => isOutside(reason) && spoils(reason))!
  const cure = cures[found.gate] ?? 'Free the machine and run it again'
  const count = spoilt.length === trials.length ? `all ${trials.length}` : `${spoilt.length} of ${trials.length}`
  const part = found.trials.length === spoilt.length ? 'since' : `${found.trials.length} of them since`
  return `No answer: ${trials.length === 1 ? 'the only trial was' : `${count} trials were`} spoilt, ${part} ${amountText(found)}. ${cure}.`
}

/** What disturbed trials that count all the same: "3 of 12 trials disturbed: the OS delayed a ready thread by up to 28.5 ms"; null where nothing did. */
export function disturbedText(document: ResultDocument): { text: string; isMost: boolean } | null {
  const trials = standingTrials(document)
  const disturbed = trials.filter(({ validity }) => validity.reasons.some(isOutside))
  const found = mostFrequent(disturbed, isOutside)
  if (found === undefined) return null
  const part = found.trials.length === disturbed.length ? '' : `in ${found.trials.length} `
  const text = `${disturbed.length} of ${formatPlural(trials.length, 'trial')} disturbed: ${part}${amountText(found)}`
  return { text, isMost: disturbed.length * 2 > trials.length }
}

/** Why trials of a contender are left out of figures, in a few words: "1 of 3 trials: the machine was busy, run it again"; null where all count. */
export function spoiltInShort(document: ResultDocument, label: string): string | null {
  const trials = standingTrials(document).filter(({ contender }) => contender === label)
  const failedCount = document.failedTrials.filter(({ contender }) => contender === label).length
  const out = trials.filter(({ validity }) => validity.reasons.some(spoils))
  const total = trials.length + failedCount
  if (out.length === 0) return failedCount === 0 ? null : `${failedCount} of ${total} trials failed`
  const reason = mostFrequent(out, spoils)!
  const brief = gates.find(({ gate }) => gate === reason.gate)?.brief ?? reason.gate
  const failed = failedCount === 0 ? '' : `, ${failedCount} failed`
  return `${out.length} of ${total} trials: ${brief}${reason.trials.length === out.length ? '' : ` (${reason.trials.length} of them)`}${failed}`
}
