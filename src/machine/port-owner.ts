import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { systemFiles } from './system-files.ts'

/** A process that listens on a port. */
export interface PortOwner {
  pid: number
  /** As `ps` shows it, at most 15 characters. */
  name: string
}

/**
 * The processes that listen on a TCP port of this network namespace, from /proc/net/tcp (proc_net_tcp) and the descriptors of
 * every process: those of another user are not readable, and not in the list.
 *
 * @returns null where the system does not show who listens at all
 */
export function listenersOn(port: number, read = systemFiles().read): PortOwner[] | null {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(read)
  if (tables[0] === null) return null
  const inodes = listenerInodes(tables.join('\n'), port)
  if (inodes.size === 0) return []
  return pids()
    .filter((pid) => socketInodes(pid)?.some((inode) => inodes.has(inode)))
    .map((pid) => ({ pid, name: readName(pid) }))
}

/** True when the sockets of this process can be read, so that one which is not in a list of listeners does not listen. */
export function tellsItsSockets(pid: number): boolean {
  return socketInodes(pid) !== null
}

/** Who listens, for the end of a sentence: `pid 42 (nginx)`; empty where it cannot be known. */
export function ownersText(owners: readonly PortOwner[] | null): string {
  return (owners ?? []).map(({ pid, name }) => `pid ${pid} (${name})`).join(', ')
}

/** State of a listening socket, TCP_LISTEN in tcp_states.h. */
const listening = '0A'

/** Inodes of the sockets that listen on this port, on any address. The tenth column of the table is the inode. */
export function listenerInodes(text: string, port: number): Set<string> {
  const found = new Set<string>()
  for (const line of text.split('\n')) {
    const columns = line.trim().split(/\s+/)
    if (columns[3] !== listening || Number.parseInt(columns[1]!.split(':')[1]!, 16) !== port) continue
    found.add(columns[9]!)
  }
  return found
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** Null where its descriptors cannot be read: it is another user's, or gone. */
function socketInodes(pid: number): string[] | null {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => inodeOf(`/proc/${pid}/fd/${descriptor}`) ?? [])
  } catch {
    return null
  }
}

function inodeOf(link: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1]
  } catch {
    return undefined
  }
}

function readName(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return 'which has exited since'
  }
}
