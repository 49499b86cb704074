import type { TrialResult } from '../core/result.ts'
import { msPerSecond } from '../core/units.ts'
import { findSteadiness, fewestSeconds, type Steadiness } from './warm-up-cut.ts'

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
  if (cutSeconds === null) return `${verdict}, it moves by ${((moveRatio ?? 0) * 100).toFixed(0)} % of its level`
  if (cutSeconds === 0) return 'steady throughout'
  return `steady from ${fromMs / msPerSecond + cutSeconds} s on`
}
