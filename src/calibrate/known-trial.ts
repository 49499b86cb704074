import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlannedFault } from '../core/fault-plan.ts'
import type { NetworkPlan } from '../core/network-plan.ts'
import { seededRandom } from '../core/random.ts'
import { readDeliveries, type DeliveryRecord } from '../core/recorder.ts'
import type { TrialResult } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { findNamespace } from '../machine/namespace.ts'
import { shareCores } from '../machine/pinning.ts'
import type { JobPlan } from '../traffic/job-plan.ts'
import { hostModules, transportOf } from '../scenario/registry.ts'
import { channelCountOf, planTraffic } from '../traffic/traffic-plan.ts'
import { runInProcess } from '../run/trial-launch.ts'
import type { TrialNotice, TrialSpec } from '../trial/trial-spec.ts'

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
  /** Entry module of the client hosts in the place of the usual one. */
  clientHostModule?: string
  /** Server module in the place of the transport's own, e.g. one with a planted defect. */
  serverUrl?: string
  onNotice?: (notice: TrialNotice) => void
  faults?: PlannedFault[]
  network?: NetworkPlan
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
  const workDir = mkdtempSync(join(tmpdir(), 'known-trial-'))
  const { serverUrl, clientUrl, traits, options } = transportOf(known.transport)
  const traffic: Scenario['traffic'] = {
    pattern: 'broadcast',
    arrivals: 'constant',
    messagesPerSecondPerChannel: 0,
    messageBytes: 64,
    ...known.traffic,
  }
  const channelCount = channelCountOf({ clientCount: known.clientCount, traffic })
  const phases = { warmUpMs: known.warmUpMs ?? 500, measuredMs: known.measuredMs }
  const namespace = findNamespace()
  const seed = known.seed ?? 7
  const order: TrialSpec = {
    contender: { label: known.transport, ...options.parse({ transport: known.transport, ...known.options }) } as TrialSpec['contender'],
    scenario: { traffic, phases, inPhase: known.inPhase ?? false, faults: known.faults, network: known.network },
    clientCount: known.clientCount,
    channelCount,
    clientHostCount: known.clientHostCount ?? 1,
    probeClientCount: known.probeClientCount ?? 0,
    block: 0,
    position: 0,
    seed,
    serverUrl: known.serverUrl ?? serverUrl,
    clientUrl,
    hosts: { ...hostModules, clients: known.clientHostModule ?? hostModules.clients },
    holds: traits.holds,
    cores: shareCores(),
    backlog: 4_096,
    deliveriesFile: join(workDir, 'deliveries.bin'),
    workDir,
    isSampled: known.isSampled ?? true,
    ownNamespace: 'enclose' in namespace,
  }
  let window = { startAtUs: 0, fromAtUs: 0, untilAtUs: 0 }
  try {
    const trial = await runInProcess(order, {
      enclose: 'enclose' in namespace ? (command) => namespace.enclose(prepared(known.prepare, command)) : undefined,
      signal: new AbortController().signal,
      notify: (notice) => {
        if (notice.kind === 'window') window = notice
        known.onNotice?.(notice)
      },
    })
    const { schedule, jobs } = planTraffic(order.scenario, known.clientCount, channelCount, (purpose) => seededRandom(seed, purpose))
    const kept =
      jobs === undefined ? undefined : keptColumns(readFileSync(join(workDir, trial.schedule!.file)), trial.schedule!.messageCount)
    return {
      trial,
      deliveries: [...readDeliveries(readFileSync(order.deliveriesFile!))],
      dueAtUs: kept?.dueAtUs ?? schedule.offsetsUs.map((offset) => window.startAtUs + offset),
      channelOfMessage: kept?.channelOfMessage ?? Uint32Array.from(schedule.channels),
      jobs,
      fromAtUs: window.fromAtUs,
      untilAtUs: window.untilAtUs,
      seed,
    }
  } finally {
    rmSync(workDir, { recursive: true, force: true })
  }
}

/** The first columns of schedule.bin that say what was due. */
function keptColumns(bytes: Uint8Array, messageCount: number): { dueAtUs: Float64Array; channelOfMessage: Uint32Array } {
  const { buffer } = bytes.slice()
  return { dueAtUs: new Float64Array(buffer, 0, messageCount), channelOfMessage: new Uint32Array(buffer, 16 * messageCount, messageCount) }
}

/** Gates that tell of other processes. What these do to a trial is nobody's defect. */
const disturbances: readonly string[] = ['hiccup', 'competing-load', 'steal']
const usualTryLimit = 3

/** The same trial, run again where other processes disturbed it by the gates that tell of them, at most twice; the last one stands. */
export async function runUndisturbedTrial(known: KnownTrialOptions, tryLimit = usualTryLimit): Promise<KnownTrial> {
  let outcome = await runKnownTrial(known)
  for (let tried = 1; tried < tryLimit && isDisturbed(outcome); tried++) outcome = await runKnownTrial(known)
  return outcome
}

function isDisturbed({ trial }: KnownTrial): boolean {
  return trial.validity.reasons.some(({ gate }) => disturbances.includes(gate))
}

function prepared(prepare: string | undefined, command: readonly string[]): readonly string[] {
  return prepare === undefined ? command : ['sh', '-c', `${prepare} && exec "$@"`, 'sh', ...command]
}

/** Quantile by nearest rank of values in any order: the oracle's own, not the harness's. */
export function quantileOf(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1]!
}
