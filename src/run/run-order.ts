import { seededRandom } from '../core/random.ts'
import type { ResultDocument } from '../core/result.ts'
import type { Contender } from '../core/scenario.ts'
import { msPerSecond } from '../core/units.ts'
import { acceptBacklog } from '../machine/limits.ts'
import type { CoreShare } from '../machine/pinning.ts'
import { probeClientCountFor } from '../traffic/probe.ts'
import { hostModules, transportOf } from '../scenario/registry.ts'
import type { RunRequest } from './run-events.ts'
import { expectedDeliveries } from '../traffic/traffic-plan.ts'
import type { TrialSpec } from '../trial/trial-spec.ts'

/** Which trial of a run is ordered. */
export interface TrialOfRun {
  contender: Contender
  block: number
  position: number
  /** 0 for the control row. */
  clientCount: number
  /** Absent = raw deliveries are not kept. */
  deliveriesFile: string | undefined
}

/** What all trials of a run have in common. */
export interface RunFrame {
  request: RunRequest
  plan: ResultDocument['plan']
  cores: CoreShare
  workDir: string
  ownNamespace: boolean
}

/** What a trial process needs to know to run one contender once; trials of a block have the same seed. */
export function orderOf(
  { contender, block, position, clientCount, deliveriesFile }: TrialOfRun,
  { request, plan, cores, workDir, ownNamespace }: RunFrame,
): TrialSpec {
  const { scenario } = request
  const { serverUrl, clientUrl, traits } = transportOf(contender.transport)
  return {
    contender,
    scenario: {
      traffic: scenario.traffic,
      phases: scenario.phases,
      inPhase: scenario.inPhase,
      faults: scenario.faults,
      network: scenario.network,
    },
    clientCount,
    channelCount: plan.channelCount,
    clientHostCount: plan.clientHostCount,
    // Of the clients of this trial: the control row has none, and so no probe.
    // Faults hit its clients too, and it would then show nothing but that.
    probeClientCount:
      scenario.faults === undefined
        ? probeClientCountFor({ clientCount, deliveriesPerSecond: expectedDeliveries({ ...scenario, clientCount }, msPerSecond) })
        : 0,
    block,
    position,
    seed: Math.floor(seededRandom(scenario.seed, `block ${block}`)() * 2 ** 31),
    serverUrl: request.serverUrlOf?.(contender.label) ?? serverUrl,
    clientUrl,
    hosts: hostModules,
    holds: traits.holds,
    cores,
    backlog: acceptBacklog,
    deliveriesFile,
    workDir,
    isSampled: true,
    ownNamespace,
  }
}
