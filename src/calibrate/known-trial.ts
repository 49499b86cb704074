import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedFault } from '../core/fault-plan.ts'
import type { NetworkPlan } from '../core/links.ts'
import { seededRandom } from '../core/random.ts'
import { readDeliveries, type DeliveryRecord } from '../core/recorder.ts'
import type { TrialResult } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import type { JobPlan } from '../traffic/job-plan.ts'
import { contenderOf } from '../core/transports/registry.ts'
import { hostModules } from '../trial/transport-modules.ts'
import { planTraffic } from '../traffic/traffic-plan.ts'
import { runOne } from '../run/run-one.ts'
import type { TrialNotice } from '../trial/trial-spec.ts'

export interface KnownTrialOptions {
  transport: string
  options?: Record<string, unknown>
  clientCount: number
  traffic: Partial<Scenario['traffic']>
  warmUpMs?: number
  measuredMs: number
  seed?: number
  clientHostCount?: number
  inPhase?: boolean
  /** Absent = no probe, so that bytes and requests are those of the clients alone. */
  probeClientCount?: number
  /** False = without sampler and hiccup meter between the edges of the window. */
  isSampled?: boolean
  /** Entry module of the client hosts instead of the usual one. */
  clientHostModule?: string
  /** Entry module of the server's process instead of the usual one. */
  serverHostModule?: string
  /** Server module instead of the transport's own, e.g. one with a planted defect. */
  serverUrl?: string | undefined
  onNotice?: (notice: TrialNotice) => void
  faults?: PlannedFault[]
  network?: NetworkPlan | undefined
  /** Options of Node for every process of the trial. */
  nodeOptions?: string
  /** Shell command that runs in the trial's namespace before the trial. */
  prepare?: string
}

export interface KnownTrial {
  trial: TrialResult
  deliveries: DeliveryRecord[]
  /** Due instant of each message by its sequence, rebuilt from the seed, in µs of the shared clock; of jobs as the trial kept it. */
  dueAtUs: Float64Array
  /** Channel of each message by its sequence. */
  channelOfMessage: Uint32Array
  /** The sessions as they were planned, where clients ask for jobs. */
  jobs: JobPlan | undefined
  fromAtUs: number
  untilAtUs: number
  seed: number
}

/** Runs one real trial, in its own network namespace where the system allows it, and keeps its raw deliveries. */
export async function runKnownTrial(known: KnownTrialOptions): Promise<KnownTrial> {
  const traffic: Scenario['traffic'] = {
    pattern: 'broadcast',
    arrivals: 'constant',
    messagesPerSecondPerChannel: 0,
    messageBytes: 64,
    ...known.traffic,
  }
  const { clientCount, clientHostCount, seed, faults, network, probeClientCount, isSampled, serverUrl } = known
  let window = { startAtUs: 0, fromAtUs: 0, untilAtUs: 0 }
  const notify = (notice: TrialNotice): void => {
    if (notice.kind === 'window') window = notice
    known.onNotice?.(notice)
  }
  return runOne(
    {
      contender: contenderOf(known.transport, known.options),
      scenario: {
        traffic,
        phases: { warmUpMs: known.warmUpMs ?? 500, measuredMs: known.measuredMs },
        inPhase: known.inPhase ?? false,
        faults,
        network,
      },
      clientCount,
      nodeOptions: known.nodeOptions ?? '',
      harnessNodeOptions: known.nodeOptions ?? '',
      hosts: {
        ...hostModules,
        clients: known.clientHostModule ?? hostModules.clients,
        server: known.serverHostModule ?? hostModules.server,
      },
      ...given({ clientHostCount, seed, probeClientCount, isSampled, serverUrl }),
    },
    { notify, keepsDeliveries: true, prepare: known.prepare },
    (trial, spec): KnownTrial => {
      const { schedule, jobs } = planTraffic(spec.scenario, clientCount, spec.channelCount, (purpose) => seededRandom(spec.seed, purpose))
      const kept =
        jobs === undefined ? undefined : keptColumns(readFileSync(join(spec.workDir, trial.schedule!.file)), trial.schedule!.messageCount)
      return {
        trial,
        deliveries: [...readDeliveries(readFileSync(spec.deliveriesFile!))],
        dueAtUs: kept?.dueAtUs ?? schedule.offsetsUs.map((offset) => window.startAtUs + offset),
        channelOfMessage: kept?.channelOfMessage ?? Uint32Array.from(schedule.channels),
        jobs,
        fromAtUs: window.fromAtUs,
        untilAtUs: window.untilAtUs,
        seed: spec.seed,
      }
    },
  )
}

/** Without what is undefined, so that it gets its default. */
function given<Values extends object>(values: Values): { [Key in keyof Values]?: NonNullable<Values[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ReturnType<typeof given<Values>>
}

/** The first columns of schedule.bin that say what was due. */
function keptColumns(bytes: Uint8Array, messageCount: number): { dueAtUs: Float64Array; channelOfMessage: Uint32Array } {
  const { buffer } = bytes.slice()
  return { dueAtUs: new Float64Array(buffer, 0, messageCount), channelOfMessage: new Uint32Array(buffer, 16 * messageCount, messageCount) }
}

const usualTryLimit = 3

/** The same trial, run again where other processes disturbed it by the gates that detect them, at most twice; the last one stands. */
export async function runUndisturbedTrial(known: KnownTrialOptions, tryLimit = usualTryLimit): Promise<KnownTrial> {
  let outcome = await runKnownTrial(known)
  for (let tried = 1; tried < tryLimit && disturbanceOf(outcome) !== undefined; tried++) outcome = await runKnownTrial(known)
  return outcome
}

/** What the machine gates found about a trial, which is no defect of the harness; undefined where they found nothing. */
export function disturbanceOf({ trial }: KnownTrial): string | undefined {
  return trial.validity.reasons.find(({ owner }) => owner === 'machine')?.message
}

/** Quantile by nearest rank of values in any order: the oracle's own, not the harness's. */
export function quantileOf(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1]!
}
