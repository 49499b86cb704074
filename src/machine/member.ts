import type { CloseRequest, MeasuredControl, WindowRequest } from '../core/control.ts'
import { nowUs } from '../core/clock.ts'
import type { WindowReading } from '../core/process-meter.ts'
import { Child } from './child.ts'
import { CpuAccount } from './cpu-account.ts'
import { descriptorCount, involuntarySwitchCount, rssBytes } from './proc.ts'

/** What a member uses at one instant; null where it could not be read. */
export interface ProcessSample {
  atUs: number
  cpuUs: number | null
  rssBytes: number | null
  descriptorCount: number | null
}

/**
 * One place in the tree of a trial's processes: the server, the publisher, a host of clients, a link. It starts when it is
 * made or asked to, and has a process; what it does not report of itself is null, with a reason, in the result.
 */
export interface Member {
  /** What results call it: "server", "publisher", "client-host", "probe-host", or the role of a link. */
  readonly role: string
  /** Among the members of its role. */
  readonly index: number
  /** Names the member in samples: the pid of its first process, which stays when another takes its place. */
  readonly key: number
  /** The process that does its work now. */
  readonly pid: number
  /** Resolves with the error when a process of it ends unasked, or when another answers in its place. */
  readonly died: Promise<Error>
  sample(): Promise<ProcessSample>
  /** Involuntary switches so far; null when they could not be read, or are of another process than at the start. */
  switchCount(): Promise<number | null>
  window(request: WindowRequest): Promise<void>
  closeWindow(request: CloseRequest): Promise<void>
  /** What it saw of itself in the window; null when it does not report it. */
  reading(): Promise<WindowReading | null>
  /** Asks it to end by itself. */
  stop(): Promise<void>
  /** Ends it at once. Safe to call twice. */
  kill(): void
  /** Waits for the end that was asked for; after the deadline it is killed. */
  ended(deadlineMs: number): Promise<void>
}

/** What a member is, for observations and notices. */
export type MemberId = Pick<Member, 'role' | 'index' | 'key' | 'pid'>

/** Process id of a member; the first of its role, unless `index` names another. */
export function pidOf(members: readonly MemberId[], role: string, index = 0): number {
  return members.find((member) => member.role === role && member.index === index)!.pid
}

export function idOf({ role, index, key, pid }: MemberId): MemberId {
  return { role, index, key, pid }
}

/** A member that is one process on this machine, and answers questions. */
export class MemberProcess<Control extends MeasuredControl> extends Child<Control> implements Member {
  readonly role: string
  readonly index: number
  readonly #cpu = new CpuAccount()

  /** @param command as `Child` takes it, after the name that errors use */
  constructor(role: string, index: number, name: string, command: readonly string[]) {
    super(name, command)
    this.role = role
    this.index = index
  }

  get key(): number {
    return this.pid
  }

  sample(): Promise<ProcessSample> {
    return Promise.resolve(sampleOf(this.pid, this.#cpu))
  }

  switchCount(): Promise<number | null> {
    return Promise.resolve(involuntarySwitchCount(this.pid))
  }

  async window(request: WindowRequest): Promise<void> {
    await (this as Child<MeasuredControl>).askIfAnswered('window', request)
  }

  async closeWindow(request: CloseRequest): Promise<void> {
    await (this as Child<MeasuredControl>).askIfAnswered('closeWindow', request)
  }

  async reading(): Promise<WindowReading | null> {
    return (await (this as Child<MeasuredControl>).askIfAnswered('reading', undefined)) ?? null
  }

  stop(): Promise<void> {
    this.disconnect()
    return Promise.resolve()
  }
}

/** What a process uses now, read through /proc. Its instant is the middle of the reading of the processor time, which takes a while. */
export function sampleOf(pid: number, cpu: CpuAccount): ProcessSample {
  const fromAtUs = nowUs()
  const cpuUs = cpu.read(pid)
  const atUs = Math.round((fromAtUs + nowUs()) / 2)
  return { atUs, cpuUs, rssBytes: rssBytes(pid), descriptorCount: descriptorCount(pid) }
}

/** What a member uses that has no process now, since one has ended and the next has not begun. */
export function sampleBetween(cpu: CpuAccount): ProcessSample {
  return { atUs: nowUs(), cpuUs: cpu.endedUs, rssBytes: null, descriptorCount: null }
}
