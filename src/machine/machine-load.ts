import { availableParallelism, loadavg } from 'node:os'
import { sleepMs } from '../core/clock.ts'
import { processorPressureRatio, processorTicks, ticksBetween } from './proc.ts'

/** What a machine may be doing before a run; a value at the limit is no longer quiet. */
export const quietLimits = { loadPerProcessor: 0.3, pressureRatio: 0.05, stealRatio: 0.01 } as const

const stealWatchMs = 1_000

/** What others make this machine do. Null where it does not say. */
export interface MachineLoad {
  loadAverage1: number
  processorCount: number
  /** Share of the last 10 s in which some process waited for a processor. */
  pressureRatio: number | null
  /** Share of processor time that the hypervisor gave to others while it was watched. */
  stealRatio: number | null
}

/** What the machine reports at once; steal shows only over time, and each trial watches it. */
export function readMachineLoad(): MachineLoad {
  return {
    loadAverage1: loadavg()[0] ?? 0,
    processorCount: availableParallelism(),
    pressureRatio: processorPressureRatio(),
    stealRatio: null,
  }
}

/** The same with the steal of a second, for a caller that has it. */
export async function watchMachineLoad(): Promise<MachineLoad> {
  const before = processorTicks()
  await sleepMs(stealWatchMs)
  const after = processorTicks()
  const { stolen, all } = ticksBetween(before ?? new Map(), after ?? new Map())
  return { ...readMachineLoad(), stealRatio: all === 0 ? null : stolen / all }
}

/** Each way in which a machine is not quiet, with the figure and its limit; none when it is. */
export function noiseSources({ loadAverage1, processorCount, pressureRatio, stealRatio }: MachineLoad): string[] {
  const found: string[] = []
  const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`
  const loadLimit = quietLimits.loadPerProcessor * processorCount
  if (loadAverage1 >= loadLimit)
    found.push(`the load average is ${loadAverage1.toFixed(2)} (quiet: below ${loadLimit.toFixed(1)} on ${processorCount} CPUs)`)
  if (pressureRatio !== null && pressureRatio >= quietLimits.pressureRatio)
    found.push(
      `processes waited for a CPU in ${percent(pressureRatio)} of the last 10 s (PSI; quiet: below ${percent(quietLimits.pressureRatio)})`,
    )
  if (stealRatio !== null && stealRatio >= quietLimits.stealRatio)
    found.push(`CPU steal was ${percent(stealRatio)} (quiet: below ${percent(quietLimits.stealRatio)})`)
  return found
}
