import type { ClientHostReport, ConnectReport } from '../core/client-host-control.ts'
import type { HiccupReading } from '../core/hiccup-control.ts'
import type { PublisherReport } from '../core/publisher-control.ts'
import type { RelayReport } from '../core/relay-control.ts'
import type { ServerReport } from '../core/server-control.ts'
import type { MemoryReading } from '../core/process-meter.ts'
import type { JobsSeen } from '../traffic/job-schedule.ts'
import type { NetworkCounters } from '../machine/proc.ts'
import type { RealisedFault } from './realised-fault.ts'
import type { WindowSamples } from './sampler.ts'
import type { Schedule } from '../traffic/schedule.ts'
import type { TrialSpec } from './trial-spec.ts'
import type { ServerLife } from './trial-server.ts'

/** Resources of the server at one edge of a phase. */
export interface ServerPoint {
  clientCount: number
  memory: MemoryReading
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
  baseline: ServerPoint
  idle: ServerPoint
  after: ServerPoint
  samples: WindowSamples
  hiccups: HiccupReading[] | { reason: string }
  /** Key of the server in the samples: the pid of its first process. */
  serverPid: number
  publisherPid: number
  clientHostPids: number[]
  probeHostPid: number | undefined
  /** Loop and settings of the last process that served, counts of all that told theirs. */
  server: ServerReport
  earlierLives: ServerLife[]
  faults: RealisedFault[]
  /** Counters of the namespace when the first fault began; null without one. */
  networkBeforeFaults: NetworkCounters | null
  relay: ({ pid: number } & RelayReport) | undefined
  publisher: PublisherReport
  clientHosts: ClientHostReport[]
  probeHost: ClientHostReport | undefined
}
