import { readdirSync, readFileSync, statSync } from 'node:fs'
import { bytesPerKiB, nsPerUs } from '../core/units.ts'
import { systemFiles } from './system-files.ts'

/**
 * Readers of Linux's /proc (proc_pid_*(5)). Each returns null where the file is missing or holds something else: what
 * cannot be read is not guessed.
 */
const pageBytes = 4_096
const { read } = systemFiles()

/** Resident memory in bytes. */
export function rssBytes(pid: number): number | null {
  const pages = read(`/proc/${pid}/statm`)?.split(' ')[1]
  return pages === undefined ? null : Number(pages) * pageBytes
}

/** Proportional share of resident memory in bytes. Walks all mappings: at phase edges only. */
export function pssBytes(pid: number): number | null {
  const kb = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1]
  return kb === undefined ? null : Number(kb) * bytesPerKiB
}

/** Processor time of each living thread in µs, exact to ns: from schedstat, since stat has 10 ms ticks. Null when there is no such process. */
export function threadCpuUs(pid: number): Map<string, number> | null {
  const found = new Map<string, number>()
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      // One that has ended since it was listed is left out.
      const text = read(`/proc/${pid}/task/${thread}/schedstat`)
      if (text !== null) found.set(thread, Number(text.split(' ')[0]) / nsPerUs)
    }
  } catch {
    return null
  }
  return found.size === 0 ? null : found
}

/** Processor time of all living threads in µs. Falls when a thread ends: for differences over a while there is `CpuAccount`. */
export function cpuUs(pid: number): number | null {
  const threads = threadCpuUs(pid)
  return threads === null ? null : [...threads.values()].reduce((sum, usedUs) => sum + usedUs, 0)
}

/** Times that the kernel took the processor from a running thread of the process (nonvoluntary_ctxt_switches), over all its threads. */
export function involuntarySwitchCount(pid: number): number | null {
  try {
    let total = 0
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')
      total += Number(/^nonvoluntary_ctxt_switches:\s+(\d+)/m.exec(text)![1])
    }
    return total
  } catch {
    return null
  }
}

/** What one processor has done since boot, in ticks of 10 ms. */
export interface ProcessorTicks {
  /** For any process, and for interrupts. */
  busy: number
  /** Given to other virtual machines by the hypervisor. */
  stolen: number
  all: number
}

/** Ticks of each processor by its number, from /proc/stat (proc_stat(5)); null where there is none. */
export function processorTicks(text = read('/proc/stat')): Map<number, ProcessorTicks> | null {
  const found = new Map<number, ProcessorTicks>()
  for (const [, cpu, columns] of (text ?? '').matchAll(/^cpu(\d+) (.*)$/gm)) {
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = columns!.trim().split(/\s+/).map(Number)
    const busy = user + nice + system + irq + softirq
    found.set(Number(cpu), { busy, stolen: steal, all: busy + idle + iowait + steal })
  }
  return found.size === 0 ? null : found
}

/** What these processors did from one reading to another; one that a reading lacks does not count. */
export function ticksBetween(
  from: ReadonlyMap<number, ProcessorTicks>,
  until: ReadonlyMap<number, ProcessorTicks>,
  cpus: Iterable<number> = until.keys(),
): ProcessorTicks {
  const sum = { busy: 0, stolen: 0, all: 0 }
  for (const cpu of cpus) {
    const before = from.get(cpu)
    const after = until.get(cpu)
    if (before === undefined || after === undefined) continue
    for (const key of ['busy', 'stolen', 'all'] as const) sum[key] += after[key] - before[key]
  }
  return sum
}

/** Share of the last 10 s in which some process waited for a processor, 0 to 1 (PSI `some avg10`); null without PSI. */
export function processorPressureRatio(text = read('/proc/pressure/cpu')): number | null {
  const percent = /^some avg10=([\d.]+)/m.exec(text ?? '')?.[1]
  return percent === undefined ? null : Number(percent) / 100
}

/** Open descriptors. New kernels give the count as the folder's size; elsewhere the folder is listed. Never FDSize, which does not shrink. */
export function descriptorCount(pid: number): number | null {
  try {
    const { size } = statSync(`/proc/${pid}/fd`)
    return size > 0 ? size : readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return null
  }
}

/** The soft limit of open files in the text of `/proc/PID/limits`; null where it is not reported, or there is none. */
export function descriptorLimitIn(limits: string | null): number | null {
  const count = /^Max open files\s+(\d+)/m.exec(limits ?? '')?.[1]
  return count === undefined ? null : Number(count)
}

/** How many descriptors a process may have open at once. */
export function descriptorLimitCount(pid: number): number | null {
  return descriptorLimitIn(read(`/proc/${pid}/limits`))
}

export interface NetworkCounters {
  /** Bytes received on lo, IP and TCP headers counted, Ethernet not; on lo the same as sent. */
  wireBytes: number
  segmentCount: number
  retransmittedCount: number
  tcpTimeoutCount: number
  acceptOverflowCount: number
  acceptDropCount: number
  /** Connections in TIME_WAIT now, each with a local port of the side that closed first. */
  timeWaitCount: number
}

/** Counters of the caller's network namespace. */
export function networkCounters(): NetworkCounters | null {
  const lo = /^\s*lo:\s*(\d+)/m.exec(read('/proc/self/net/dev') ?? '')?.[1]
  const tcp = pairsOf(read('/proc/self/net/snmp'), 'Tcp:')
  const tcpExt = pairsOf(read('/proc/self/net/netstat'), 'TcpExt:')
  const timeWait = /^TCP: .* tw (\d+)/m.exec(read('/proc/self/net/sockstat') ?? '')?.[1]
  if (lo === undefined || tcp === null || tcpExt === null || timeWait === undefined) return null
  return {
    wireBytes: Number(lo),
    segmentCount: tcp['OutSegs'] ?? 0,
    retransmittedCount: tcp['RetransSegs'] ?? 0,
    tcpTimeoutCount: tcpExt['TCPTimeouts'] ?? 0,
    acceptOverflowCount: tcpExt['ListenOverflows'] ?? 0,
    acceptDropCount: tcpExt['ListenDrops'] ?? 0,
    timeWaitCount: Number(timeWait),
  }
}

/** Two lines of the same prefix, names and values (proc_pid_net(5), snmp). */
function pairsOf(text: string | null, prefix: string): Record<string, number> | null {
  const [names, values] = (text ?? '')
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.trim().split(/\s+/))
  if (names === undefined || values === undefined) return null
  return Object.fromEntries(names.slice(1).map((name, index) => [name, Number(values[index + 1])]))
}

/** Kernel objects that a TCP socket with a descriptor consists of. */
const socketCaches = ['TCP', 'sock_inode_cache', 'filp', 'eventpoll_epi', 'eventpoll_pwq']

/** Bytes of kernel objects for sockets, of the whole machine; null without the right to read slabinfo (root). */
export function socketSlabBytes(): number | null {
  const text = read('/proc/slabinfo')
  if (text === null) return null
  let total = 0
  for (const line of text.split('\n')) {
    const [name, active, , objectBytes] = line.trim().split(/\s+/)
    if (name !== undefined && socketCaches.includes(name)) total += Number(active) * Number(objectBytes)
  }
  return total
}

/** The processors that this process may use. */
export function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(read('/proc/self/status') ?? '')?.[1]
  if (list === undefined) return []
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number)
    return Array.from({ length: last! - first! + 1 }, (_, index) => first! + index)
  })
}
