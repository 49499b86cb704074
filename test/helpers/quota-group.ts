import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../src/core/errors.ts'

/** A control group with a processor quota. `command` runs a command in it. */
export interface QuotaGroup {
  folder: string
  command: (words: readonly string[]) => [program: string, words: string[]]
  remove: () => void
}

const periodUs = 100_000

/** Makes a group of version 1 or 2; a reason where no controller can be written. */
export function quotaGroup(cpuCount: number): QuotaGroup | { reason: string } {
  const isFirst = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')
  const folder = join(isFirst ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup', `transport-bench-test-${process.pid}`)
  const remove = (): void => {
    if (existsSync(folder)) rmdirSync(folder)
  }
  try {
    mkdirSync(folder)
    if (isFirst) writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(cpuCount * periodUs))
    else writeFileSync(join(folder, 'cpu.max'), `${cpuCount * periodUs} ${periodUs}`)
  } catch (error) {
    remove()
    return { reason: `no processor controller can be written: ${messageOf(error)}` }
  }
  const enter = `echo $$ > ${join(folder, 'cgroup.procs')} && exec "$@"`
  return { folder, command: (words) => ['sh', ['-c', enter, 'sh', ...words]], remove }
}
