import { nullReasons } from '../core/result-parts.ts'
import type { Interval } from '../core/trial-result.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import { coreCountOf } from '../machine/pinning.ts'
import type { ProcessSample } from '../machine/member.ts'
import { cpuMsPerSecond, samplePeriodMs, type WindowSamples } from './sampler.ts'
import type { TrialNotice, TrialSpec } from './trial-spec.ts'

/** Samples of an interval: one second of them. */
const samplesPerInterval = msPerSecond / samplePeriodMs

/** Makes what the sampler calls after each sample: it reports each full second. The part of a second at the end is not reported. */
export function intervalReporter(
  { contender, block, position, cores }: Pick<TrialSpec, 'contender' | 'block' | 'position' | 'cores'>,
  { serverKey, fromAtUs }: { serverKey: number; fromAtUs: number },
  notify: (notice: TrialNotice) => void,
): (byMember: WindowSamples['byMember']) => void {
  const coreCount = coreCountOf(cores.server)
  return (byMember) => {
    const sampleCount = byMember.get(serverKey)?.length ?? 0
    if (sampleCount <= 1 || (sampleCount - 1) % samplesPerInterval !== 0) return
    const place = { contender: contender.label, block, position }
    notify({ kind: 'interval', interval: { ...place, ...figuresOf(byMember, { serverKey, fromAtUs, coreCount }) } })
  }
}

function figuresOf(
  byMember: WindowSamples['byMember'],
  { serverKey, fromAtUs, coreCount }: { serverKey: number; fromAtUs: number; coreCount: number },
): Omit<Interval, 'contender' | 'block' | 'position'> {
  const lastSecond = (samples: readonly ProcessSample[]): ProcessSample[] => samples.slice(-samplesPerInterval - 1)
  const server = lastSecond(byMember.get(serverKey)!)
  const [first, last] = [server[0]!, server.at(-1)!]
  let generatorCpu: number | null = 0
  for (const [key, samples] of byMember) {
    const cpu = key === serverKey ? 0 : cpuMsPerSecond(lastSecond(samples))
    generatorCpu = cpu === null || generatorCpu === null ? null : generatorCpu + cpu
  }
  const figures = {
    serverCpuMsPerSecond: cpuMsPerSecond(server, coreCount),
    serverRssBytes: last.rssBytes,
    serverDescriptorCount: last.descriptorCount,
    generatorCpuMsPerSecond: generatorCpu,
  }
  return {
    atMs: Math.max(0, first.atUs - fromAtUs) / usPerMs,
    durationMs: (last.atUs - first.atUs) / usPerMs,
    ...figures,
    reasons: nullReasons(figures, 'no process of it ran at the time, or /proc was not readable'),
  }
}
