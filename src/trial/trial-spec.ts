import type { Interval } from '../core/trial-result.ts'
import type { TrialResult } from '../core/result.ts'
import { behaviourOf, defaultBehaviour, trialScenarioOf, type TrialScenario } from '../core/scenario.ts'
import type { Contender } from '../core/transport.ts'
import { transportOf } from '../core/transports/registry.ts'
import type { ClientHostStart } from '../core/client-host-control.ts'
import type { ServerReady, ServerStart } from '../core/server-control.ts'
import { acceptBacklog } from '../machine/limits.ts'
import type { MemberId } from '../machine/member.ts'
import { shareCores, type CoreShare } from '../machine/pinning.ts'
import { hostModules, transportModules } from './transport-modules.ts'
import { probeChannel, probeMessagesPerSecond } from '../traffic/probe.ts'
import { channelCountOf, wakesPerSecond } from '../traffic/traffic-plan.ts'
import { ownAllowances, trialTimeouts, type TrialTimeouts } from '../traffic/trial-timeouts.ts'

/** Everything that one trial needs; sent to the trial process as it is. */
export interface TrialSpec {
  contender: Contender
  scenario: TrialScenario
  /** 0 = the control row: the publisher and a server without clients. */
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
  /** Options of Node for the server and all client hosts. */
  nodeOptions: string
  /** The same for the other processes of the trial. For calibration only. */
  harnessNodeOptions: string
  /** True when /health must show as many waiting as there are clients while no message comes. */
  holds: boolean
  cores: CoreShare
  backlog: number
  timeouts: TrialTimeouts
  /** Folder for deliveries.bin and the ingest socket; absent = none is kept. */
  deliveriesFile: string | undefined
  workDir: string
  /** False = sampler and hiccup meter rest between the edges of the window: to show what they cost. */
  isSampled: boolean
  /** True when the trial has a network namespace of its own, so that its counters are its own. */
  ownNamespace: boolean
  /** False = the run went on without the lock of the machine, so that another may have measured beside it. */
  hasLock: boolean
}

/** What a spec must say; all else has a default. */
export type SpecRequest = Pick<TrialSpec, 'contender' | 'clientCount' | 'workDir'> &
  Partial<Omit<TrialSpec, 'scenario'>> & { scenario: Partial<TrialScenario> & Pick<TrialScenario, 'traffic' | 'phases'> }

/** The spec of a trial of one contender; what is not given has its default: one client host, no probe, nothing kept. */
export function trialSpec({ scenario: asked, ...given }: SpecRequest): TrialSpec {
  const { contender, clientCount } = given
  const scenario = trialScenarioOf({ ...defaultBehaviour, ...asked })
  return {
    channelCount: channelCountOf({ clientCount, traffic: scenario.traffic }),
    clientHostCount: 1,
    probeClientCount: 0,
    block: 0,
    position: 0,
    seed: 7,
    ...transportModules(contender.transport),
    hosts: hostModules,
    nodeOptions: '',
    harnessNodeOptions: '',
    holds: transportOf(contender.transport).isAlwaysHeld(contender),
    cores: shareCores(),
    backlog: acceptBacklog,
    timeouts: trialTimeouts({ contender, clientCount, scenario }),
    deliveriesFile: undefined,
    isSampled: true,
    ownNamespace: false,
    hasLock: true,
    ...given,
    scenario,
  }
}

/** What a server is started with; what is not given has its default: any free port, no jobs, no ingest socket. */
export function serverSpec(given: Pick<ServerStart, 'moduleUrl' | 'options'> & Partial<ServerStart>): ServerStart {
  return {
    secret: '',
    host: '127.0.0.1',
    port: 0,
    backlog: acceptBacklog,
    ingestPath: undefined,
    behaviour: defaultBehaviour,
    ...given,
  }
}

const withoutWaits = { connectMs: ownAllowances.connectMs, shortConnectMs: ownAllowances.shortConnectMs, pathMs: 0 }
const noProbe = { firstIndex: 0, clientCount: 0, channel: probeChannel, channelRatePerSecond: probeMessagesPerSecond }

/** What a client host is started with; what is not given has its default: no probe, no clients that send or come and go. */
export function clientHostSpec(
  given: Pick<ClientHostStart, 'moduleUrl' | 'options'> & ServerReady & Partial<ClientHostStart>,
): ClientHostStart {
  return {
    seed: 7,
    firstIndex: 0,
    channels: [],
    probe: noProbe,
    channelRatePerSecond: 0,
    localAddresses: [],
    behaviour: defaultBehaviour,
    timeouts: withoutWaits,
    ...given,
  }
}

/**
 * One client host of a trial.
 *
 * @param own its clients, and those of the probe's group
 */
export function clientHostSpecOf(
  { clientUrl, contender, seed, scenario, timeouts }: TrialSpec,
  target: ServerReady,
  own: Pick<ClientHostStart, 'firstIndex' | 'channels' | 'sends' | 'sessions'> & { probes: { first: number; end: number } },
): ClientHostStart {
  const { probes, ...share } = own
  return clientHostSpec({
    ...share,
    ...target,
    moduleUrl: clientUrl,
    options: contender,
    seed,
    probe: { ...noProbe, firstIndex: probes.first, clientCount: probes.end - probes.first },
    channelRatePerSecond: wakesPerSecond(scenario.traffic),
    behaviour: behaviourOf(scenario),
    timeouts,
  })
}

/** What the trial process is asked. */
export interface TrialControl {
  run(spec: TrialSpec): Promise<TrialResult>
  /** Ends the measured window now. True when it is open: `run` then soon answers with what was measured. */
  closeWindow(): boolean
}

/** What the trial process reports unasked. */
export type TrialNotice =
  | { kind: 'members'; members: MemberId[] }
  | { kind: 'window'; startAtUs: number; fromAtUs: number; untilAtUs: number }
  | { kind: 'interval'; interval: Interval }
  | { kind: 'phase'; name: string; atUs: number; detail: string }
