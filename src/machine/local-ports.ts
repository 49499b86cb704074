import { nowUs, sleepMs } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { harnessError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'

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
 * @returns null when the machine does not report its ports, or never has that many: then there is nothing to wait for
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

/** Ports below are for services that a machine knows by number. */
const lowestPort = 10_000
/** Where the kernel hands out local ports when nothing else is set. */
const usualRangeStart = 32_768
const tries = 50

/**
 * A free port that the kernel hands to no client. A server that is down by plan leaves its port free: a client that got it
 * for its own end would keep the next server from listening, or connect to itself.
 *
 * @throws {HarnessError} ERR_PORT_IN_USE when none of 50 is free
 */
export async function portOutsideRange(random: Random, host = '127.0.0.1'): Promise<number> {
  const start = Number.parseInt(systemFiles().read('/proc/sys/net/ipv4/ip_local_port_range') ?? '', 10) || usualRangeStart
  const highest = Math.max(lowestPort + 1, Math.min(start, usualRangeStart))
  for (let tried = 0; tried < tries; tried++) {
    const port = lowestPort + Math.floor(random() * (highest - lowestPort))
    if (await isFree(host, port)) return port
  }
  throw harnessError('ERR_PORT_IN_USE', `${tries} ports of ${host} between ${lowestPort} and ${highest} are in use. Stop their owners.`)
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
