import type { TrialResult } from '../core/result.ts'

/** What takes the processors of a trial from outside. A contender can cause none of it, however heavy it is. */
const fromOutside: readonly string[] = ['competing-load', 'steal', 'processor-quota']
/** What follows from it. A contender can cause the same signs itself, so alone they repeat nothing. */
const consequence = 'machine-busy'

/**
 * True for a trial that is invalid, in whole or in part, by what came from outside and by nothing else. Stalls, hiccups, lag,
 * saturation and utilisation never repeat one: a heavy contender can cause them, and would get more attempts than a light one.
 */
export function isWorthRepeating({ validity: { reasons } }: Pick<TrialResult, 'validity'>): boolean {
  const spoiling = reasons.filter(({ status }) => status === 'invalid' || status === 'unknown').map(({ gate }) => gate)
  return spoiling.some((gate) => fromOutside.includes(gate)) && spoiling.every((gate) => fromOutside.includes(gate) || gate === consequence)
}
