import type { TrialResult } from '../core/result.ts'
import { median } from './statistics.ts'
import { mean } from './student.ts'
import { msPerSecond } from '../core/units.ts'

const slicesPerSecond = 4
/** Fewer seconds than this cannot show both a start and what comes after it. */
export const fewestSeconds = 8
/** Variance of the median of four normal values, in that of one. */
const medianVarianceRatio = 0.298
/** Turns the median of |a − b| of neighbouring normal values into the standard deviation of one: 1.4826 ÷ √2. */
const deviationPerMedianStep = 1.0484
const lateCutRatio = 0.4
/** Standard errors that a real change is off, and the normal quantile (99.9 %) of the spread that noise may show. */
const sureErrors = 4
const sureZ = 3.09

/** Where a series becomes steady, in seconds from its start. */
export interface Steadiness {
  verdict: TrialResult['steadyState']['verdict']
  cutSeconds: number | null
  /** Spread between seconds after the cut beyond what the noise within them explains, as a share of the level. */
  moveRatio: number | null
}

/**
 * Finds the warm-up of a series of slices of 250 ms.
 *
 * Each second is the median of its slices, so that a single collection or stall is no change. MSER (White 1997) proposes
 * the cut: the one that leaves the least standard error of the mean. It cuts too much rather than too little, so the cut
 * moves back to the change point: over every second that lies at the level of the rest. What follows must not move: its
 * spread between seconds, the farthest of them left out, less that which the noise between neighbouring slices explains,
 * stays within the tolerance, and where MSER found its cut only about the middle, so does the distance of its halves.
 * Otherwise there is no steady state.
 *
 * Noise of any size is steady: a poll's p50 may differ by 20 % from slice to slice. A slow wave or a drift is not.
 */
export function findSteadiness(slices: readonly (number | null)[], toleranceRatio: number): Steadiness {
  const seconds = secondsOf(slices)
  if (seconds.length < fewestSeconds) return { verdict: 'too short to tell', cutSeconds: null, moveRatio: null }
  const values = seconds.map(({ value }) => value)
  const variance = medianVarianceRatio * noiseOf(slices) ** 2
  const proposed = mserCut(values)
  const cut = changePoint(values, proposed, variance, toleranceRatio)
  const rest = values.slice(cut)
  const level = median(rest)
  // Where MSER cuts about as much as it may, the rest may go on as the start did.
  const drift = proposed >= lateCutRatio * values.length ? driftOf(rest, variance) : 0
  const moveRatio = Math.max(moveOf(withoutFarthest(rest, level), variance), drift) / level
  if (moveRatio > toleranceRatio) return { verdict: 'no steady state', cutSeconds: null, moveRatio }
  return { verdict: 'steady', cutSeconds: cut === 0 ? 0 : seconds[cut]!.second, moveRatio }
}

/** Whole seconds with a value, each with its place in time. */
function secondsOf(slices: readonly (number | null)[]): { second: number; value: number }[] {
  return Array.from({ length: Math.floor(slices.length / slicesPerSecond) }, (_, second) => {
    const values = slices.slice(second * slicesPerSecond, (second + 1) * slicesPerSecond).filter((value) => value !== null)
    return values.length === 0 ? null : { second, value: median(values) }
  }).filter((entry) => entry !== null)
}

/** Standard deviation of a slice, from the steps between neighbours: a slow change hardly enters it, nor does one spike. */
function noiseOf(slices: readonly (number | null)[]): number {
  const steps = slices.slice(1).flatMap((value, index) => {
    const before = slices[index]
    return value === null || before == null ? [] : [Math.abs(value - before)]
  })
  return steps.length === 0 ? 0 : deviationPerMedianStep * median(steps)
}

/** The cut in the first half that leaves the least standard error. */
function mserCut(values: readonly number[]): number {
  const errors = Array.from({ length: (values.length >>> 1) + 1 }, (_, cut) => {
    const rest = values.slice(cut)
    return squaresOf(rest) / rest.length ** 2
  })
  return errors.indexOf(errors.reduce((a, b) => Math.min(a, b)))
}

function changePoint(values: readonly number[], proposed: number, variance: number, toleranceRatio: number): number {
  const level = median(values.slice(proposed))
  const nearness = Math.max(toleranceRatio * level, sureErrors * Math.sqrt(variance))
  let cut = proposed
  while (cut > 0 && Math.abs(values[cut - 1]! - level) <= nearness) cut--
  return cut
}

/** One second off the others, in which something was collected or another process ran, is no movement. */
function withoutFarthest(values: readonly number[], level: number): number[] {
  const farthest = values.reduce((most, value, index) => (Math.abs(value - level) > Math.abs(values[most]! - level) ? index : most), 0)
  return values.filter((_, index) => index !== farthest)
}

/** How far the medians of both halves are apart; 0 where the noise alone may have made it. */
function driftOf(values: readonly number[], variance: number): number {
  const half = values.length >>> 1
  const distance = Math.abs(median(values.slice(0, half)) - median(values.slice(-half)))
  return distance <= sureErrors * Math.sqrt((2 * variance) / half) ? 0 : distance
}

/** Standard deviation between seconds beyond that of the noise; 0 where the noise alone may have made it (chi square, 99.9 %). */
function moveOf(values: readonly number[], variance: number): number {
  const freedom = values.length - 1
  const found = squaresOf(values) / freedom
  // Wilson and Hilferty 1931.
  const part = 2 / (9 * freedom)
  const atMost = variance * (1 - part + sureZ * Math.sqrt(part)) ** 3
  return found <= atMost ? 0 : Math.sqrt(found - variance)
}

function squaresOf(values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
}

/** Latency that moves by less than this share of its level, and CPU by less than that, is steady for a reader. */
const latencyToleranceRatio = 0.15
const cpuToleranceRatio = 0.25

/** What a trial's steadiness is judged by, in slices of 250 ms; null = a slice without a value. */
export interface SteadySeries {
  warmUpMs: number
  /** p50 of delivery latency by the slice in which messages were due, from the first traffic to the end of the window. */
  latencyP50Us: readonly (number | null)[]
  /** Server CPU, from the start of the measured window. */
  cpuMsPerSecond: readonly (number | null)[]
}

/**
 * From when on a trial is steady: delivery latency over warm-up and measured window, server CPU over the window (K25).
 *
 * `steady` with the cut, which is the later one of both series; `no steady state` when either of them has none; `too short
 * to tell` below 8 s of latency. Nothing is left out of any figure for it: the verdict is shown beside them.
 */
export function steadyState({ warmUpMs, latencyP50Us, cpuMsPerSecond }: SteadySeries): TrialResult['steadyState'] {
  const latency = findSteadiness(latencyP50Us, latencyToleranceRatio)
  const cpu = findSteadiness(cpuMsPerSecond, cpuToleranceRatio)
  const verdict = cpu.verdict === 'no steady state' ? cpu.verdict : latency.verdict
  const findings = [`delivery latency p50: ${textOf(latency, 0)}`, `server CPU: ${textOf(cpu, warmUpMs)}`]
  if (verdict !== 'steady') {
    const reason = verdict === 'no steady state' ? verdict : `needs ${fewestSeconds} s of traffic with deliveries`
    return { verdict, cutMs: null, unsteadyWindowMs: null, findings, reasons: { cutMs: reason, unsteadyWindowMs: reason } }
  }
  const cpuCutMs = cpu.cutSeconds === null || cpu.cutSeconds === 0 ? 0 : warmUpMs + cpu.cutSeconds * msPerSecond
  const cutMs = Math.max((latency.cutSeconds ?? 0) * msPerSecond, cpuCutMs)
  return { verdict, cutMs, unsteadyWindowMs: Math.max(0, cutMs - warmUpMs), findings, reasons: {} }
}

function textOf({ verdict, cutSeconds, moveRatio }: Steadiness, fromMs: number): string {
  if (verdict === 'too short to tell') return verdict
  if (cutSeconds === null) return `${verdict} (it varies by ${((moveRatio ?? 0) * 100).toFixed(0)} % of its level)`
  if (cutSeconds === 0) return 'steady throughout'
  return `steady from ${fromMs / msPerSecond + cutSeconds} s on`
}
