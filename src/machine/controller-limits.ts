import { nsPerUs } from '../core/units.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

/** A limit of the control groups; null where there is no controller to ask. */
export type ControllerLimit = number | 'none' | null

export interface ControllerLimits {
  memoryBytes: ControllerLimit
  /** Processors' worth of time, such as 1.5. */
  cpuCount: ControllerLimit
}

/** Version 1 writes the largest multiple of a page below 2^63 for "no limit"; nothing real comes near. */
const noMemoryLimitBytes = 2 ** 60

/**
 * What the control groups of this process allow (cgroups(7)), version 2 or 1: the least over its group and those above,
 * since each of them holds. A container sees its own group as the root, so every level that can be read is asked.
 */
export function readControllerLimits(system: SystemFiles = systemFiles()): ControllerLimits {
  // The root group of version 2 has no limit files at all.
  const otherwise = system.read('/proc/self/cgroup') !== null && system.list('/sys/fs/cgroup').length > 0 ? 'none' : null
  return {
    memoryBytes: leastOf(
      otherwise,
      memoryFolders(system).map(({ limit }) => memoryLimit(system.read(limit))),
    ),
    cpuCount: leastOf(
      otherwise,
      quotaFolders(system).map(({ cpuCount }) => cpuCount),
    ),
  }
}

/** How often a group with a quota has been throttled since it was created (cpu.stat). */
export interface QuotaReading {
  cpuCount: number
  periodCount: number
  stalledPeriodCount: number
  /** Summed over processors. */
  stalledUs: number
}

/**
 * Every group of this process that has a processor quota, by its folder: its own and those above it, of either version.
 * Version 1 reports the throttled time as `throttled_time` in ns, version 2 as `throttled_usec`.
 */
export function readQuotas(system: SystemFiles = systemFiles()): Map<string, QuotaReading> {
  const found = new Map<string, QuotaReading>()
  for (const { folder, cpuCount } of quotaFolders(system)) {
    const stat = system.read(`${folder}/cpu.stat`) ?? ''
    const value = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(stat)?.[1] ?? 0)
    if (typeof cpuCount !== 'number') continue
    found.set(folder, {
      cpuCount,
      periodCount: value('nr_periods'),
      stalledPeriodCount: value('nr_throttled'),
      stalledUs: value('throttled_usec') + value('throttled_time') / nsPerUs,
    })
  }
  return found
}

/** What a group went through between two readings: of several, the one throttled most often. Null where none has a quota. */
export function quotaBetween(from: ReadonlyMap<string, QuotaReading>, until: ReadonlyMap<string, QuotaReading>): QuotaReading | null {
  const between = [...until].flatMap(([folder, after]) => {
    const before = from.get(folder)
    if (before === undefined) return []
    return [
      {
        cpuCount: after.cpuCount,
        periodCount: after.periodCount - before.periodCount,
        stalledPeriodCount: after.stalledPeriodCount - before.stalledPeriodCount,
        stalledUs: after.stalledUs - before.stalledUs,
      },
    ]
  })
  return between.toSorted((a, b) => b.stalledPeriodCount - a.stalledPeriodCount)[0] ?? null
}

/** Says that the processor quota is smaller than what a trial needs; null where it is not, or where there is none. */
export function quotaShortage(neededCount: number, system: SystemFiles = systemFiles()): string | null {
  const { cpuCount } = readControllerLimits(system)
  if (typeof cpuCount !== 'number' || cpuCount >= neededCount) return null
  const has = Number(cpuCount.toPrecision(3))
  return `the CPU quota of the control group (cgroup) is ${has} CPUs, but a trial needs ${neededCount}: one for the server, the rest for publisher and client hosts. When the quota is used up, all of them are throttled until the period ends, and latency and CPU figures of such trials are tainted or invalid. Raise the quota.`
}

/** Bytes that the memory controllers leave to this process; infinite without a limit. Cached files that the kernel can drop do not count as used. */
export function bytesLeftByControllers(system: SystemFiles = systemFiles()): number {
  const left = memoryFolders(system).map(({ limit, usage, stat }) => {
    const limitBytes = memoryLimit(system.read(limit))
    const usageBytes = Number.parseInt(system.read(usage) ?? '', 10)
    if (typeof limitBytes !== 'number' || !Number.isFinite(usageBytes)) return Infinity
    const cachedBytes = Number(/^(?:total_)?inactive_file (\d+)/m.exec(system.read(stat) ?? '')?.[1] ?? 0)
    return Math.max(0, limitBytes - usageBytes + cachedBytes)
  })
  return Math.min(Infinity, ...left)
}

function quotaFolders(system: SystemFiles): { folder: string; cpuCount: ControllerLimit }[] {
  return [
    ...foldersOf(system, 2, '').map((folder) => ({ folder, cpuCount: quota(system.read(`${folder}/cpu.max`)?.split(/\s+/) ?? []) })),
    ...foldersOf(system, 1, 'cpu').map((folder) => ({
      folder,
      cpuCount: quota(['cpu.cfs_quota_us', 'cpu.cfs_period_us'].flatMap((file) => system.read(`${folder}/${file}`) ?? [])),
    })),
  ]
}

function memoryFolders(system: SystemFiles): { limit: string; usage: string; stat: string }[] {
  return [
    ...foldersOf(system, 2, '').map((folder) => ({ folder, limit: 'memory.max', usage: 'memory.current' })),
    ...foldersOf(system, 1, 'memory').map((folder) => ({ folder, limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes' })),
  ].map(({ folder, limit, usage }) => ({ limit: `${folder}/${limit}`, usage: `${folder}/${usage}`, stat: `${folder}/memory.stat` }))
}

/** Folders of this process's group and of those above it, as /proc/self/cgroup names them ("4:memory:/a/b", version 2: "0::/a/b"). */
function foldersOf(system: SystemFiles, version: 1 | 2, controller: string): string[] {
  const groups = (system.read('/proc/self/cgroup') ?? '').split('\n').map((line) => /^(\d+):([^:]*):(.*)$/.exec(line))
  const own = groups.find((group) => (version === 2 ? group?.[1] === '0' : group?.[2]!.split(',').includes(controller) === true))
  const steps = (own?.[3] ?? '/').split('/').filter((step) => step !== '')
  const paths = steps.map((_, depth) => `/${steps.slice(0, steps.length - depth).join('/')}`)
  const mounts = version === 2 ? ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'] : [...new Set([controller, own?.[2] ?? controller])]
  return mounts.flatMap((mount) => [...paths, ''].map((path) => `${version === 2 ? mount : `/sys/fs/cgroup/${mount}`}${path}`))
}

function memoryLimit(text: string | null): ControllerLimit {
  if (text === null) return null
  if (text === 'max') return 'none'
  const bytes = Number(text)
  if (!Number.isFinite(bytes) || text === '') return null
  return bytes >= noMemoryLimitBytes ? 'none' : bytes
}

/** Quota and period in µs; "max" (version 2) and −1 (version 1) are no limit. */
function quota([quotaUs, periodUs]: readonly string[]): ControllerLimit {
  if (quotaUs === undefined || periodUs === undefined) return null
  if (quotaUs === 'max' || Number(quotaUs) < 0) return 'none'
  const count = Number(quotaUs) / Number(periodUs)
  return Number.isFinite(count) ? count : null
}

function leastOf(otherwise: 'none' | null, limits: readonly ControllerLimit[]): ControllerLimit {
  const numbers = limits.filter((limit) => typeof limit === 'number')
  return numbers.length > 0 ? Math.min(...numbers) : otherwise
}
