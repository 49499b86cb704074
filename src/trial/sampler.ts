import { nowUs, sleepUntil } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import {
  cpuUs,
  descriptorCount,
  involuntarySwitchCount,
  networkCounters,
  processorTicks,
  rssBytes,
  type NetworkCounters,
  type ProcessorTicks,
} from '../machine/proc.ts'

/** Time between two samples, in ms: four a second cost well under 1 % of a core (npm run bench:self). */
export const samplePeriodMs = 250

export interface ProcessSample {
  atUs: number
  cpuUs: number | null
  rssBytes: number | null
  descriptorCount: number | null
}

/** A process that is sampled. Where another takes its place, `key` stays, and the processor time of the earlier ones is added. */
export interface Sampled {
  readonly key: number
  pid: number
  earlierCpuUs: number
}

/** What is read at the edges of the measured window only. */
export interface WindowEdge {
  network: NetworkCounters | null
  processors: Map<number, ProcessorTicks> | null
  /** Involuntary switches so far, by process. */
  switches: Map<number, number | null>
}

/** Samples of the measured window, from edge to edge, by the key of the process: its pid, or that of the first of those in its place. */
export interface WindowSamples {
  byPid: Map<number, ProcessSample[]>
  from: WindowEdge
  until: WindowEdge
}

/**
 * Reads the processes from outside, through /proc, at absolute instants; sends no word to them.
 *
 * @param window may be closed early while it is sampled, at an instant at which a sample is due
 * @param onSample called after each sample with what was read so far
 * @param periodMs Infinity = at the edges only, to show what sampling costs
 */
export async function sampleWindow(
  sampled: readonly Sampled[],
  window: { readonly fromAtUs: number; readonly untilAtUs: number },
  onSample: (byPid: WindowSamples['byPid']) => void = () => undefined,
  periodMs = samplePeriodMs,
): Promise<WindowSamples> {
  const { fromAtUs } = window
  const byPid = new Map<number, ProcessSample[]>(sampled.map(({ key }) => [key, []]))
  const sampleAll = (): void => {
    for (const { key, pid, earlierCpuUs } of sampled) {
      const ownCpuUs = cpuUs(pid)
      byPid.get(key)!.push({
        atUs: nowUs(),
        cpuUs: ownCpuUs === null ? null : earlierCpuUs + ownCpuUs,
        rssBytes: rssBytes(pid),
        descriptorCount: descriptorCount(pid),
      })
    }
    onSample(byPid)
  }
  const edge = (): WindowEdge => ({
    network: networkCounters(),
    processors: processorTicks(),
    // Those of another process in its place are no continuation.
    switches: new Map(sampled.map(({ key, pid }) => [key, pid === key ? involuntarySwitchCount(pid) : null])),
  })
  await sleepUntil(fromAtUs)
  const from = edge()
  sampleAll()
  for (let atUs = fromAtUs + periodMs * usPerMs; atUs < window.untilAtUs; atUs += periodMs * usPerMs) {
    await sleepUntil(atUs)
    if (atUs < window.untilAtUs) sampleAll()
  }
  await sleepUntil(window.untilAtUs)
  const until = edge()
  sampleAll()
  return { byPid, from, until }
}

/** CPU time per time between the first and the last sample, in ms per second; null when one of them is missing. */
export function cpuMsPerSecond(samples: readonly ProcessSample[]): number | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (first?.cpuUs == null || last?.cpuUs == null || last.atUs <= first.atUs) return null
  return ((last.cpuUs - first.cpuUs) / (last.atUs - first.atUs)) * 1_000
}

/** Involuntary switches of a process in the measured window; null when an edge could not be read. */
export function switchesOf(pid: number, { from, until }: WindowSamples): number | null {
  const before = from.switches.get(pid) ?? null
  const after = until.switches.get(pid) ?? null
  return before === null || after === null ? null : after - before
}

/** Largest value of a sampled figure; null when none was read. */
export function peakOf(samples: readonly ProcessSample[], figure: 'rssBytes' | 'descriptorCount'): number | null {
  const values = samples.map((sample) => sample[figure]).filter((value) => value !== null)
  return values.length === 0 ? null : Math.max(...values)
}
