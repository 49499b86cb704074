import { families, type Family } from '../core/family.ts'
import type { GateResult, Owner, TrialResult } from '../core/result.ts'
import { gates } from './gates.ts'
import { generatorLoops, loopsAtLimit } from './loops.ts'

type Judged = Pick<TrialResult, 'validity' | 'isRepeated'>

/**
 * What figures are used for. Limits hold for whoever cannot keep up, too: that is how a server shows its limit. A verification has one
 * trial and no other block beside it, so a remark is enough to leave a figure out.
 */
export type Use = 'ranking' | 'limits' | 'verification'

const outOf: Readonly<Record<Use, readonly GateResult['status'][]>> = {
  ranking: ['invalid', 'unknown', 'unranked'],
  limits: ['invalid', 'unknown'],
  verification: ['invalid', 'unknown', 'unranked', 'tainted'],
}

/** Families of a finding of an earlier version, which names none. Where it was invalid or unknown, all of its trial was. */
const familiesOfSaturation: readonly Family[] = ['latency', 'cpu', 'throughput']

function isOut({ gate, status, families: named }: GateResult, family: Family, use: Use): boolean {
  if (named !== undefined) return outOf[use].includes(status) && named.includes(family)
  return use !== 'limits' && gate === 'saturated' && familiesOfSaturation.includes(family)
}

/** True where figures of a family count: in medians and verdicts, in limits, or for a verification. Every reader of a result asks this function. */
export function counts({ validity, isRepeated }: Judged, family: Family, use: Use = 'ranking'): boolean {
  if (isRepeated === true) return false
  if (validity.status === 'invalid' || validity.status === 'unknown') return false
  return !validity.reasons.some((reason) => isOut(reason, family, use))
}

/** Trials of which something counts. The others are listed, and enter no median, no comparison and no limit. */
export function isCounted(trial: Judged): boolean {
  return families.some((family) => counts(trial, family, 'limits'))
}

const repeatedText = 'repeated: a later attempt stands'

/** True for a finding that keeps figures out of medians and comparisons. */
export function spoils(finding: GateResult): boolean {
  // Of an earlier version's the trial as a whole is invalid or unknown.
  if (finding.families === undefined && outOf.limits.includes(finding.status)) return true
  return families.some((family) => isOut(finding, family, 'ranking'))
}

/** Why a family of figures does not count, in medians where no other use is given: "saturated: it could not keep up with the load". The machine first: it excuses everybody. */
export function whyOut({ validity, isRepeated }: Judged, family: Family, use: Use = 'ranking'): string {
  if (isRepeated === true) return repeatedText
  const reasons = validity.reasons.filter((entry) => isOut(entry, family, use))
  const reason = reasons.find((entry) => ownerOf(entry) === 'machine') ?? reasons[0]
  if (reason === undefined) return `the trial is ${validity.status}`
  return `${reason.gate}: ${gates.find(({ gate }) => gate === reason.gate)?.brief ?? reason.message}`
}

/** The gate that a text of `whyOut` begins with. Its brief is not asked for: older results hold the words of their version. */
const whyOutStart = new RegExp(String.raw`(?:^|: |; )(?:${gates.map(({ gate }) => gate).join('|')}): `, 'u')

/** True for a text of `whyOut`, also behind the number of a block. */
export function isWhyOut(reason: string): boolean {
  return reason.includes(repeatedText) || whyOutStart.test(reason)
}

/** The families that a finding keeps out, or about which it has a remark. */
export function familiesOf({ families: named = [] }: GateResult): readonly Family[] {
  return named
}

/** True for a trial that was behind its load, by whoever's doing. */
export function isSaturated({ validity }: Judged): boolean {
  return validity.reasons.some(({ gate }) => gate === 'saturated' || gate === 'machine-busy')
}

/** True for the part of a trial that was stopped in its measured window. */
export function wasInterrupted({ validity }: Judged): boolean {
  return validity.reasons.some(({ gate }) => gate === 'interrupted')
}

/**
 * Whose doing it is that a trial is not as planned, decided here alone. What takes CPU time from a trial excuses everything in
 * it. A generator that was at its limit, or that spoils figures, excuses the server; one that has a remark does not excuse
 * a server whose own event loop was at its limit.
 */
export function causeOf(trial: Judged & Pick<TrialResult, 'server' | 'generator'>): Owner {
  const { reasons } = trial.validity
  const ownersOf = (found: readonly GateResult[]): (Owner | undefined)[] => found.map(ownerOf)
  if (ownersOf(reasons).includes('machine')) return 'machine'
  if (loopsAtLimit(generatorLoops(trial)).length > 0) return 'generator'
  const spoiling = ownersOf(reasons.filter(({ status }) => status === 'invalid' || status === 'unknown'))
  const isServerAtLimit = loopsAtLimit([trial.server.loop]).length > 0
  const speaking = isServerAtLimit ? spoiling : ownersOf(reasons)
  return speaking.find((owner) => owner === 'generator' || owner === 'harness') ?? 'server'
}

/** Whose doing a finding is; one of an earlier version names no owner, and has that of its gate. */
export function ownerOf({ gate, owner }: GateResult): Owner | undefined {
  return owner ?? gates.find((entry) => entry.gate === gate)?.owner
}
