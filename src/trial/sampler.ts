import { sleepUntil } from '../core/clock.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import { readQuotas, type QuotaReading } from '../machine/controller-limits.ts'
import type { Member, ProcessSample } from '../machine/member.ts'
import { networkCounters, processorTicks, type NetworkCounters, type ProcessorTicks } from '../machine/proc.ts'

/** Time between two samples, in ms: four a second cost well under 1 % of a core (npm run bench:self). */
export const samplePeriodMs = 250

/** What is read at the edges of the measured window only. */
export interface WindowEdge {
  network: NetworkCounters | null
  processors: Map<number, ProcessorTicks> | null
  quotas: Map<string, QuotaReading>
  /** Involuntary switches so far, by member. */
  switches: Map<number, number | null>
}

/** Samples of the measured window, from edge to edge, by the key of the member. */
export interface WindowSamples {
  byMember: Map<number, ProcessSample[]>
  from: WindowEdge
  until: WindowEdge
}

/**
 * Samples the members at absolute instants, from outside: sends no word to processes of this machine.
 *
 * @param window may be closed early while it is sampled, at an instant at which a sample is due
 * @param onSample called after each sample with what was read so far
 * @param periodMs Infinity = at the edges only, to show what sampling costs
 */
export async function sampleWindow(
  members: readonly Member[],
  window: { readonly fromAtUs: number; readonly untilAtUs: number },
  onSample: (byMember: WindowSamples['byMember']) => void = () => undefined,
  periodMs = samplePeriodMs,
): Promise<WindowSamples> {
  const { fromAtUs } = window
  const byMember = new Map<number, ProcessSample[]>(members.map(({ key }) => [key, []]))
  const sampleAll = async (): Promise<void> => {
    await Promise.all(members.map(async (member) => byMember.get(member.key)!.push(await member.sample())))
    onSample(byMember)
  }
  await sleepUntil(fromAtUs)
  const from = await edgeOf(members)
  await sampleAll()
  for (let atUs = fromAtUs + periodMs * usPerMs; atUs < window.untilAtUs; atUs += periodMs * usPerMs) {
    await sleepUntil(atUs)
    if (atUs < window.untilAtUs) await sampleAll()
  }
  await sleepUntil(window.untilAtUs)
  const until = await edgeOf(members)
  await sampleAll()
  return { byMember, from, until }
}

/** The time from the end of the measured window to now, as `sampleWindow` has the window. */
export async function sampleAfter({ byMember, until }: WindowSamples, members: readonly Member[]): Promise<WindowSamples> {
  const sampleBoth = async (member: Member): Promise<[number, ProcessSample[]]> => [
    member.key,
    [...(byMember.get(member.key) ?? []).slice(-1), await member.sample()],
  ]
  return { byMember: new Map(await Promise.all(members.map(sampleBoth))), from: until, until: await edgeOf(members) }
}

async function edgeOf(members: readonly Member[]): Promise<WindowEdge> {
  return {
    network: networkCounters(),
    processors: processorTicks(),
    quotas: readQuotas(),
    switches: new Map(await Promise.all(members.map(async (member) => [member.key, await member.switchCount()] as const))),
  }
}

/**
 * CPU time per time between the first and the last sample, in ms per second; null when one of them is missing.
 *
 * @param coreCount processors that it may use: what lies above is the error of an instant that was read late, and is cut off
 */
export function cpuMsPerSecond(samples: readonly ProcessSample[], coreCount = Infinity): number | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (first?.cpuUs == null || last?.cpuUs == null || last.atUs <= first.atUs) return null
  return Math.min(coreCount, (last.cpuUs - first.cpuUs) / (last.atUs - first.atUs)) * msPerSecond
}

/** Involuntary switches of a member in the measured window; null when an edge could not be read. */
export function switchesOf(key: number, { from, until }: WindowSamples): number | null {
  const before = from.switches.get(key) ?? null
  const after = until.switches.get(key) ?? null
  return before === null || after === null ? null : after - before
}

/** Largest value of a sampled figure; null when none was read. */
export function peakOf(samples: readonly ProcessSample[], figure: 'rssBytes' | 'descriptorCount'): number | null {
  const values = samples.map((sample) => sample[figure]).filter((value) => value !== null)
  return values.length === 0 ? null : Math.max(...values)
}
