import { nullReasons } from '../core/result-parts.ts'
import type { TrialResult } from '../core/result.ts'
import { quotaBetween } from '../machine/controller-limits.ts'
import type { MemberId, ProcessSample } from '../machine/member.ts'
import type { CoreShare } from '../machine/pinning.ts'
import { ticksBetween } from '../machine/proc.ts'
import type { TrialObservation } from '../trial/observation.ts'

/** USER_HZ is 100 on every Linux that Node runs on. */
const usPerTick = 10_000

type MachineFacts = Pick<TrialObservation, 'samples' | 'hiccups'> & { cores: CoreShare; members: readonly MemberId[] }

/** What else used the processors of a trial in the measured window: the machine's own account less that of the trial's processes. */
export function machineFigures({ samples, cores, members, hiccups }: MachineFacts): TrialResult['machine'] {
  const { processors: from } = samples.from
  const { processors: until } = samples.until
  const isPinned = cores.server.length > 0
  const competing = (shared: readonly number[], isThere: (member: MemberId) => boolean): number | null => {
    if (from === null || until === null) return null
    const own = isPinned ? members.filter(isThere) : members
    const ownUs = own.map(({ key }) => cpuUsOf(samples.byMember.get(key) ?? []))
    const { busy, all } = ticksBetween(from, until, isPinned ? shared : undefined)
    if (all === 0 || ownUs.includes(null)) return null
    const foreignUs = busy * usPerTick - ownUs.reduce<number>((sum, us) => sum + us!, 0)
    return Math.max(0, foreignUs / (all * usPerTick))
  }
  const total = from === null || until === null ? null : ticksBetween(from, until)
  const figures = {
    competingServerCpuRatio: competing(cores.server, ({ role }) => role === 'server'),
    competingGeneratorCpuRatio: competing(cores.generator, ({ role }) => role !== 'server'),
    stealRatio: total === null || total.all === 0 ? null : total.stolen / total.all,
    quota: quotaBetween(samples.from.quotas, samples.until.quotas),
  }
  const unread = '/proc/stat was not readable, or the window too short'
  const reasons = nullReasons(figures, {
    competingServerCpuRatio: unread,
    competingGeneratorCpuRatio: unread,
    stealRatio: unread,
    quota: 'no control group of the trial has a processor quota',
  })
  if ('reason' in hiccups) return { hiccups: null, ...figures, reasons: { hiccups: hiccups.reason, ...reasons } }
  return { hiccups, ...figures, reasons }
}

function cpuUsOf(samples: readonly ProcessSample[]): number | null {
  const first = samples[0]?.cpuUs ?? null
  const last = samples.at(-1)?.cpuUs ?? null
  return first === null || last === null ? null : last - first
}
