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
    cpuCount: leastOf(otherwise, [
      ...foldersOf(system, 2, '').map((folder) => quota(system.read(`${folder}/cpu.max`)?.split(/\s+/) ?? [])),
      ...foldersOf(system, 1, 'cpu').map((folder) =>
        quota(['cpu.cfs_quota_us', 'cpu.cfs_period_us'].flatMap((file) => system.read(`${folder}/${file}`) ?? [])),
      ),
    ]),
  }
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
