import { nowUs, sleepMs } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

/** A port stays in TIME_WAIT for 60 s after its connection was closed (TCP_TIMEWAIT_LEN); a little more for the last of them. */
const longestWaitMs = 65_000
const lookEveryMs = 250

/** What a wait is made of; a test gives its own. */
export interface PortWatch extends Pick<SystemFiles, 'read'> {
  sleep(ms: number): Promise<void>
  now(): number
}

const realWatch: PortWatch = { read: systemFiles().read, sleep: sleepMs, now: nowUs }

/** How a wait for local ports went. */
export interface PortWait {
  waitedMs: number
  freeCount: number
  needCount: number
}

/**
 * Waits until so many local ports are free, at most 65 s: connections of the trial before stay in TIME_WAIT for 60 s.
 * For trials that share a network namespace; in a fresh one all ports are free.
 *
 * @returns null when the machine does not tell its ports, or has not as many at all: then there is nothing to wait for
 */
export async function waitForLocalPorts(needCount: number, signal: AbortSignal, watch = realWatch): Promise<PortWait | null> {
  const startedAtUs = watch.now()
  for (let waitedMs = 0; ; waitedMs = (watch.now() - startedAtUs) / usPerMs) {
    const free = freeLocalPortCount(watch.read)
    if (free === null || free.allCount < needCount) return null
    if (free.freeCount >= needCount || waitedMs >= longestWaitMs || signal.aborted)
      return { waitedMs, freeCount: free.freeCount, needCount }
    await watch.sleep(lookEveryMs)
  }
}

/** Ports of the range that no socket holds, in any state, on any address: a careful count, since another address may share a port. */
export function freeLocalPortCount(read = realWatch.read): { freeCount: number; allCount: number } | null {
  const [low, high] = (read('/proc/sys/net/ipv4/ip_local_port_range') ?? '').trim().split(/\s+/).map(Number)
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(read)
  if (low === undefined || high === undefined || tables[0] === null) return null
  const used = localPorts(tables.join('\n'))
  const allCount = high - low + 1
  return { freeCount: allCount - [...used].filter((port) => port >= low && port <= high).length, allCount }
}

/** Local ports of all sockets in /proc/net/tcp and tcp6 (proc_net_tcp: `sl: address:port …` in hexadecimal). */
export function localPorts(text: string): Set<number> {
  return new Set([...text.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) /gm)].map(([, port]) => Number.parseInt(port!, 16)))
}
