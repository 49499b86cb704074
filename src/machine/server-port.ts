import { once } from 'node:events'
import { createServer } from 'node:net'
import { harnessError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { systemFiles } from './system-files.ts'

/** Ports below are for services that a machine knows by number. */
const lowestPort = 10_000
/** Where the kernel hands out local ports when nothing else is told. */
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
