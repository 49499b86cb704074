import type { Interval } from '../core/interval-result.ts'
import type { TrialResult } from '../core/result.ts'
import type { Contender, Scenario } from '../core/scenario.ts'
import type { CoreShare } from '../machine/pinning.ts'

/** Everything that one trial needs; sent to the trial process as it is. */
export interface TrialSpec {
  contender: Contender
  scenario: Pick<Scenario, 'traffic' | 'phases' | 'inPhase' | 'faults' | 'network'>
  /** 0 = the control row: the publisher against a server that nobody listens to. */
  clientCount: number
  /** Channels of the scenario; the probe's comes after them. */
  channelCount: number
  clientHostCount: number
  /** Clients of the probe host, and shadows in the client hosts; 0 = no probe: where exact bytes or counts are asserted. */
  probeClientCount: number
  block: number
  position: number
  /** Differs per block, is the same for all contenders of a block. */
  seed: number
  serverUrl: string
  clientUrl: string
  /** Entry modules of the server, of a client host and of the probe host. */
  hosts: { server: string; clients: string; probes: string }
  /** True when /health must show as many waiting as there are clients before traffic starts. */
  holds: boolean
  cores: CoreShare
  backlog: number
  /** Folder for deliveries.bin and the ingest socket; absent = none is kept. */
  deliveriesFile: string | undefined
  workDir: string
  /** False = sampler and hiccup meter rest between the edges of the window: to show what they cost (R29). */
  isSampled: boolean
  /** True when the trial has a network namespace of its own, so that its counters are its own. */
  ownNamespace: boolean
}

/** What the trial process is asked. */
export interface TrialControl {
  run(spec: TrialSpec): Promise<TrialResult>
  /** Ends the measured window now. True when it is open: `run` then soon answers with what was measured. */
  closeWindow(): boolean
}

/** Process ids of a trial by what each is; undefined where there is none. */
export interface ProcessIds {
  serverPid: number
  publisherPid: number
  clientHostPids: number[]
  probeHostPid: number | undefined
  relayPid: number | undefined
}

/** What the trial process tells by itself. */
export type TrialNotice =
  | ({ kind: 'processes' } & ProcessIds)
  | { kind: 'window'; startAtUs: number; fromAtUs: number; untilAtUs: number }
  | { kind: 'interval'; interval: Interval }
  | { kind: 'phase'; name: string; atUs: number; detail: string }
