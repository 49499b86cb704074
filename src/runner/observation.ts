import type { ClientHostReport, ConnectReport, HiccupReading, PublisherReport, ServerReport } from '../core/control.ts'
import type { MemoryReading } from '../core/process-meter.ts'
import type { JobsSeen } from './job-schedule.ts'
import type { WindowSamples } from './sampler.ts'
import type { Schedule } from './schedule.ts'
import type { TrialOrder } from './trial-order.ts'

/** Resources of the server at one edge of a phase. */
export interface ServerPoint {
  clientCount: number
  memory: MemoryReading
  rssBytes: number | null
  pssBytes: number | null
  kernelBytes: number | null
  descriptorCount: number | null
}

export interface PhaseMark {
  name: string
  atUs: number
}

/** All that a trial observed, before it becomes figures. */
export interface TrialObservation {
  order: TrialOrder
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
  ramp: { point: ServerPoint; connect: ConnectReport[] }[]
  baseline: ServerPoint
  idle: ServerPoint
  after: ServerPoint
  samples: WindowSamples
  hiccups: HiccupReading[] | { reason: string }
  serverPid: number
  publisherPid: number
  clientHostPids: number[]
  probeHostPid: number | undefined
  server: ServerReport
  publisher: PublisherReport
  clientHosts: ClientHostReport[]
  probeHost: ClientHostReport | undefined
}
