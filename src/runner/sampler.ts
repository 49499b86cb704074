import { nowUs, sleepUntil } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import { cpuUs, descriptorCount, networkCounters, rssBytes, type NetworkCounters } from './proc.ts'

/** Time between two samples, in ms: four a second cost well under 1 % of a core (npm run bench:self). */
export const samplePeriodMs = 250

export interface ProcessSample {
  atUs: number
  cpuUs: number | null
  rssBytes: number | null
  descriptorCount: number | null
}

/** Samples of the measured window, from edge to edge; the network counters of its two edges. */
export interface WindowSamples {
  byPid: Map<number, ProcessSample[]>
  networkFrom: NetworkCounters | null
  networkUntil: NetworkCounters | null
}

/**
 * Reads the processes from outside, through /proc, at absolute instants; sends no word to them.
 *
 * @param window may be closed early while it is sampled, at an instant at which a sample is due
 * @param onSample called after each sample with what was read so far
 */
export async function sampleWindow(
  pids: readonly number[],
  window: { readonly fromAtUs: number; readonly untilAtUs: number },
  onSample: (byPid: WindowSamples['byPid']) => void = () => undefined,
): Promise<WindowSamples> {
  const { fromAtUs } = window
  const byPid = new Map<number, ProcessSample[]>(pids.map((pid) => [pid, []]))
  const sampleAll = (): void => {
    for (const [pid, samples] of byPid) {
      samples.push({ atUs: nowUs(), cpuUs: cpuUs(pid), rssBytes: rssBytes(pid), descriptorCount: descriptorCount(pid) })
    }
    onSample(byPid)
  }
  await sleepUntil(fromAtUs)
  const networkFrom = networkCounters()
  sampleAll()
  for (let atUs = fromAtUs + samplePeriodMs * usPerMs; atUs < window.untilAtUs; atUs += samplePeriodMs * usPerMs) {
    await sleepUntil(atUs)
    if (atUs < window.untilAtUs) sampleAll()
  }
  await sleepUntil(window.untilAtUs)
  const networkUntil = networkCounters()
  sampleAll()
  return { byPid, networkFrom, networkUntil }
}

/** CPU time per time between the first and the last sample, in ms per second; null when one of them is missing. */
export function cpuMsPerSecond(samples: readonly ProcessSample[]): number | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (first?.cpuUs == null || last?.cpuUs == null || last.atUs <= first.atUs) return null
  return ((last.cpuUs - first.cpuUs) / (last.atUs - first.atUs)) * 1_000
}

/** Largest value of a sampled figure; null when none was read. */
export function peakOf(samples: readonly ProcessSample[], figure: 'rssBytes' | 'descriptorCount'): number | null {
  const values = samples.map((sample) => sample[figure]).filter((value) => value !== null)
  return values.length === 0 ? null : Math.max(...values)
}
