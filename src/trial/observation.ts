import type { ClientHostReport, ConnectReport } from '../core/client-host-control.ts'
import type { HiccupReading } from '../machine/hiccup-meter.ts'
import type { PublisherReport } from '../core/publisher-control.ts'
import type { LinkReport } from '../core/link-control.ts'
import type { LinkId } from '../core/links.ts'
import type { ServerReport } from '../core/server-control.ts'
import type { MemoryReading, WindowReading } from '../core/process-meter.ts'
import type { JobsSeen } from '../traffic/job-schedule.ts'
import type { MemberId } from '../machine/member.ts'
import type { NetworkCounters } from '../machine/proc.ts'
import type { ExecutedFault } from './fault-runner.ts'
import type { WindowSamples } from './sampler.ts'
import type { Schedule } from '../traffic/schedule.ts'
import type { TrialSpec } from './trial-spec.ts'
import type { ServerIncarnation } from './trial-server.ts'

/** Resources of the server at one edge of a phase. */
export interface ServerPoint {
  /** Clients that both sides reported as connected. */
  clientCount: number
  /** After a forced collection; null when the server offers none. */
  memory: MemoryReading | null
  rssBytes: number | null
  pssBytes: number | null
  kernelBytes: number | null
  descriptorCount: number | null
}

/** One of the five steps in which clients connect. */
export interface RampStep {
  point: ServerPoint
  connect: ConnectReport[]
  /** Processor time of the server while they connected, without the collection and the samples that follow. */
  serverCpuUs: number | null
  /** On lo, of whatever else the trial sends at that time as well: polls of clients that are there. */
  wireBytes: number | null
}

export interface PhaseMark {
  name: string
  atUs: number
}

/** A member of a trial, as it was seen. */
export interface MemberObservation extends MemberId {
  window: WindowReading | null
  /** Open files that its process may have, and those that it had before any client came; null where the system does not report it. */
  descriptorLimitCount: number | null
  ownDescriptorCount: number | null
}

/** What a trial saw of its drain. */
export interface DrainObservation {
  /** False where the end marker may have overtaken messages, so that it proves nothing. */
  isSettled: boolean
  /** Longest that the client hosts took for an answer, or the trial's own process to wake up. */
  stallMaxUs: number
  /** From the end of the measured window to that of the drain; null where all that was expected has come. */
  samples: WindowSamples | null
}

/** All that a trial observed, before it becomes figures. */
export interface TrialObservation {
  spec: TrialSpec
  startedAtUs: number
  phases: PhaseMark[]
  schedule: Schedule
  channelOfClient: number[]
  /** Channels of the trial; the probe's comes after them. */
  channelCount: number
  /** Absent where clients are there from the start. */
  jobs: JobsSeen | undefined
  startAtUs: number
  fromAtUs: number
  untilAtUs: number
  /** Later than `untilAtUs` when the window was closed early. */
  plannedUntilAtUs: number
  isClosedEarly: boolean
  ramp: RampStep[]
  /** Clients that the server said it held when all had connected; null where it holds nothing for them all the time, or does not report it. */
  heldCount: number | null
  baseline: ServerPoint
  idle: ServerPoint
  after: ServerPoint
  samples: WindowSamples
  drain: DrainObservation
  hiccups: HiccupReading[] | { reason: string }
  /** Every member of the trial, the server first, with what it saw of itself in the window; null = it does not report it. */
  members: MemberObservation[]
  /** Settings of the last process that served, counts of all that reported theirs; null = it does not report them. */
  server: ServerReport | null
  earlierLives: ServerIncarnation[]
  faults: ExecutedFault[]
  /** Counters of the namespace when the first fault began; null without one. */
  networkBeforeFaults: NetworkCounters | null
  /** Links between clients and server, the one next to the clients first. */
  path: (LinkReport & { id: LinkId })[]
  publisher: PublisherReport
  clientHosts: ClientHostReport[]
  probeHost: ClientHostReport | undefined
}

/** The server of a trial among its members. */
export function serverOf<Seen extends MemberId>({ members }: { members: readonly Seen[] }): Seen {
  return members.find(({ role }) => role === 'server')!
}
