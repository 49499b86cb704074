import { spawnSync } from 'node:child_process'
import { childEnvironment } from './child-environment.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

/** Settings of the network that change a figure; each network namespace has its own. */
export const networkSettings = [
  'net.core.somaxconn',
  'net.core.rmem_max',
  'net.core.wmem_max',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
  'net.ipv4.tcp_tw_reuse',
  'net.ipv4.tcp_max_syn_backlog',
  'net.ipv4.tcp_congestion_control',
  'net.ipv4.tcp_slow_start_after_idle',
]

/** The file of a setting, as sysctl(8) names it. */
export function settingFile(name: string): string {
  return `/proc/sys/${name.replaceAll('.', '/')}`
}

/**
/**
 * Two ways to raise lo in a fresh network namespace. A fresh sysfs shows its devices, and IFF_UP (1) is written to the flags of
 * lo: this needs no iproute2, but some kernels refuse it in a user namespace. It is taken away again, since it hides the control
 * groups under /sys/fs/cgroup. The other asks iproute2.
 */
const raiseBySysfs = 'mount -t sysfs none /sys && echo 1 > /sys/class/net/lo/flags && umount /sys'
const raiseByIp = 'ip link set lo up'

/** As root, and as anybody else in a user namespace; mounts are its own too. */
const ways = [
  ['-n', '-m'],
  ['-r', '-n', '-m'],
].flatMap((flags) => [raiseBySysfs, raiseByIp].map((raise) => ({ flags, raise })))

/** How trials get a network namespace of their own. */
export interface OwnNamespace {
  /** Puts the words before a command that give it a fresh one with lo up. The program takes the shell's place, so that its IPC channel stays open. */
  enclose(command: readonly string[]): string[]
  /** Files of the system as a process in a fresh one reads them. */
  system: SystemFiles
}

/**
 * Finds out how this user may make a network namespace: as root, or through a user namespace.
 *
 * @returns the way, or why there is none
 */
export function findNamespace(): OwnNamespace | { reason: string } {
  const reasons = new Set<string>()
  for (const { flags, raise } of ways) {
    const enclose = (command: readonly string[]): string[] => ['unshare', ...flags, 'sh', '-c', `${raise} && exec "$@"`, 'sh', ...command]
    const [program, ...words] = enclose(['grep', '-sH', '', '/proc/self/net/dev', portRangeFile, ...networkSettings.map(settingFile)])
    // grep ends with 2 where a kernel lacks one of the files.
    const { stdout, stderr, error } = spawnSync(program!, words, { env: childEnvironment(), encoding: 'utf8', timeout: 5_000 })
    if (error !== undefined && 'code' in error && error.code === 'ENOENT') return { reason: 'unshare is not installed' }
    const files = linesByFile(stdout)
    if (/^\s*lo:/m.test(files.get('/proc/self/net/dev') ?? '')) return { enclose, system: inNamespace(files) }
    reasons.add(error?.message ?? stderr.trim().split('\n')[0]!)
  }
  return { reason: [...reasons].filter((reason) => reason !== '').join('; ') }
}

/** Files of the system as trials read them. */
export function systemOf(namespace: OwnNamespace | { reason: string }): SystemFiles {
  return 'system' in namespace ? namespace.system : systemFiles()
}

export const portRangeFile = '/proc/sys/net/ipv4/ip_local_port_range'

/** Text by file, of lines as "file:text". */
function linesByFile(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, file, line] of text.matchAll(/^([^:]+):(.*)$/gm))
    found.set(file!, `${found.has(file!) ? `${found.get(file!)!}\n` : ''}${line!}`)
  return found
}

/** What a namespace does not show of its own is set for the whole machine. */
function inNamespace(files: ReadonlyMap<string, string>): SystemFiles {
  const host = systemFiles()
  return { ...host, read: (path) => files.get(path)?.trim() ?? host.read(path) }
}
