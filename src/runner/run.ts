import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nowUs } from '../core/clock.ts'
import { messageOf } from '../core/errors.ts'
import { seededRandom } from '../core/random.ts'
import { resultSchema, schemaVersion, type ResultDocument, type SummaryRow, type TrialResult } from '../core/result.ts'
import { packageVersion } from '../core/package-root.ts'
import type { Contender } from '../core/scenario.ts'
import { msPerSecond } from '../core/units.ts'
import { warning } from '../core/warnings.ts'
import { compare } from '../metrics/comparison.ts'
import { wasInterrupted } from '../metrics/gates.ts'
import { summarise } from '../metrics/summary.ts'
import { complexityOf } from './complexity.ts'
import { controlRow } from './control-row.ts'
import { readEnvironment, readHarness } from './environment.ts'
import { notYet, whatWasRun, whereInterrupted } from './interruption.ts'
import { acceptBacklog, checkLimits, clientHostsFor, readMachineLimits, sparePorts } from './limits.ts'
import { waitForLocalPorts } from './local-ports.ts'
import { machineWarnings } from './machine-warnings.ts'
import { findNamespace } from './namespace.ts'
import { shareCores } from './pinning.ts'
import { controlPhases, planRun } from './plan.ts'
import { latestCalibration } from './latest-calibration.ts'
import { hostModules, transportOf } from './registry.ts'
import { probeClientCountFor } from './probe.ts'
import type { RunObserver, RunRequest } from './run-events.ts'
import { whyNoControl } from './scenario-meaning.ts'
import { expectedDeliveries } from './traffic-plan.ts'
import { runInProcess, type TrialIsolation } from './trial-launch.ts'
import type { TrialNotice, TrialOrder } from './trial-order.ts'

/**
 * Runs every contender of a scenario once per block, in fresh processes and in the planned order, and keeps a complete
 * result document at each step.
 *
 * A trial that fails is listed and the run goes on. An abort ends the trial that runs, and keeps the part of its measured
 * window that it has seen, as an invalid trial; what was measured is the result.
 *
 * @throws {HarnessError} ERR_LIMIT_* before anything starts, when the machine cannot hold the scenario
 */
export async function runScenario(request: RunRequest, observe: RunObserver): Promise<ResultDocument> {
  const run = new Run(request, observe)
  try {
    return await run.all()
  } finally {
    run.cleanUp()
  }
}

class Run {
  readonly #request: RunRequest
  readonly #observe: RunObserver
  readonly #document: ResultDocument
  readonly #workDir = mkdtempSync(join(tmpdir(), 'transport-bench-'))
  readonly #cores = shareCores()
  readonly #enclose: ((command: readonly string[]) => string[]) | undefined
  #trialNumber = 0
  #window = notYet
  #abortedAtUs = Number.POSITIVE_INFINITY

  constructor(request: RunRequest, observe: RunObserver) {
    this.#request = request
    this.#observe = observe
    const { scenario, name, sources, command } = request
    const limits = readMachineLimits()
    const limitWarnings = checkLimits(scenario, request.force, limits)
    const namespace = request.namespace === 'off' ? { reason: 'turned off by --namespace off' } : findNamespace()
    this.#enclose = 'enclose' in namespace ? namespace.enclose : undefined
    const environment = readEnvironment({
      namespace: this.#enclose === undefined ? 'shared' : 'own',
      pinning:
        this.#cores.server.length === 0
          ? 'off'
          : `server on ${this.#cores.server.join(',')}, the rest on ${this.#cores.generator.join(',')}`,
    })
    const hostCount = scenario.clientHostCount ?? clientHostsFor(scenario.clientCount, limits)
    this.#document = {
      schemaVersion,
      harness: readHarness(command),
      environment,
      scenario: { name, resolved: structuredClone(scenario) as unknown as Record<string, unknown>, sources },
      plan: planRun(scenario, hostCount),
      interrupted: false,
      trials: [],
      failedTrials: [],
      summary: [],
      comparison: { metrics: [], limitBreaches: [] },
      calibration: {
        control: null,
        state: latestCalibration(request.calibrationDir, environment, packageVersion()),
        reasons: { control: 'has not run yet' },
      },
      warnings: [
        ...request.warnings,
        ...limitWarnings,
        ...machineWarnings('reason' in namespace ? namespace.reason : undefined, this.#cores),
      ],
    }
  }

  async all(): Promise<ResultDocument> {
    const { scenario, signal } = this.#request
    const { plan } = this.#document
    signal.addEventListener('abort', () => (this.#abortedAtUs = nowUs()))
    this.#observe({ kind: 'planned', plan, trialCount: scenario.contenders.length * scenario.blockCount })
    this.#publish()
    for (const [block, order] of plan.blockOrder.entries()) {
      for (const [position, label] of order.entries()) {
        if (signal.aborted) break
        await this.#trial(
          scenario.contenders.find((contender) => contender.label === label)!,
          block,
          position,
        )
        this.#publish()
      }
    }
    if (!signal.aborted) await this.#control()
    if (signal.aborted) {
      this.#document.interrupted = true
      this.#document.warnings.push(
        warning('WARN_INTERRUPTED', whatWasRun(this.#document.trials, scenario.contenders.length * scenario.blockCount)),
      )
    }
    this.#publish()
    // Keys in the schema's order, as a reader of the file gets them: reports drawn from memory and from the file are then
    // the same to the byte. A document that does not fit is refused where it is written.
    return resultSchema.safeParse(this.#document).data ?? this.#document
  }

  cleanUp(): void {
    rmSync(this.#workDir, { recursive: true, force: true })
  }

  async #trial(contender: Contender, block: number, position: number): Promise<void> {
    this.#trialNumber++
    this.#window = notYet
    const place = { contender: contender.label, block, position }
    this.#observe({ kind: 'trial-started', ...place, number: this.#trialNumber })
    const { scenario, resultDir } = this.#request
    const file = `deliveries-${String(this.#trialNumber).padStart(2, '0')}-${contender.transport}.bin`
    await this.#awaitPorts(contender, block)
    try {
      const trial = await runInProcess(
        this.#orderFor(contender, block, position, scenario.clientCount, join(resultDir, file)),
        this.#isolation((notice) => this.#notice(notice)),
      )
      this.#document.trials.push(trial)
      this.#warnAbout(trial)
      this.#observe({ kind: 'trial-ended', trial })
    } catch (fault) {
      const message = this.#request.signal.aborted ? whereInterrupted(this.#abortedAtUs, this.#window) : messageOf(fault)
      this.#document.failedTrials.push({ ...place, message })
      if (!this.#request.signal.aborted)
        this.#document.warnings.push(warning('WARN_TRIAL_FAILED', `${contender.label}, block ${block + 1}: ${message}`))
      this.#observe({ kind: 'trial-failed', contender: contender.label, block, message })
    }
  }

  /** In a namespace that all trials share, the ports of the trial before may still be taken (OS-3). */
  async #awaitPorts({ label }: Contender, block: number): Promise<void> {
    if (this.#enclose !== undefined) return
    const wait = await waitForLocalPorts(this.#request.scenario.clientCount + sparePorts, this.#request.signal)
    if (wait === null || wait.waitedMs === 0) return
    const text = `${label}, block ${block + 1} waited ${(wait.waitedMs / msPerSecond).toFixed(1)} s for local ports: ${wait.freeCount} are free, ${wait.needCount} are needed.`
    this.#document.warnings.push(warning('WARN_PORTS_AWAITED', text))
  }

  /** A trial of the first contender without clients. */
  async #control(): Promise<void> {
    const { scenario } = this.#request
    const { withoutControl = whyNoControl(scenario) } = this.#request
    if (withoutControl !== undefined) {
      this.#document.calibration.reasons = { control: withoutControl }
      return
    }
    const order = this.#orderFor(scenario.contenders[0]!, scenario.blockCount, 0, 0, undefined)
    order.scenario = { ...order.scenario, phases: controlPhases, faults: undefined, network: undefined }
    order.channelCount = this.#document.plan.channelCount
    try {
      const trial = await runInProcess(
        order,
        this.#isolation((notice) => {
          if (notice.kind !== 'interval') this.#notice(notice)
        }),
      )
      if (wasInterrupted(trial)) {
        this.#document.calibration.reasons = { control: 'interrupted' }
        return
      }
      const control = controlRow(trial, this.#document.plan.totalMessagesPerSecond)
      this.#document.calibration = { state: this.#document.calibration.state, control, reasons: {} }
    } catch (fault) {
      this.#document.calibration.reasons = { control: this.#request.signal.aborted ? 'interrupted' : messageOf(fault) }
    }
  }

  #orderFor(contender: Contender, block: number, position: number, clientCount: number, deliveriesFile: string | undefined): TrialOrder {
    const { scenario } = this.#request
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
      channelCount: this.#document.plan.channelCount,
      clientHostCount: this.#document.plan.clientHostCount,
      // Of the clients of this trial: the control row has none, and so no probe.
      // Faults hit its clients too, and it would then show nothing but that.
      probeClientCount:
        scenario.faults === undefined
          ? probeClientCountFor({ clientCount, deliveriesPerSecond: expectedDeliveries({ ...scenario, clientCount }, msPerSecond) })
          : 0,
      block,
      position,
      seed: Math.floor(seededRandom(scenario.seed, `block ${block}`)() * 2 ** 31),
      serverUrl: this.#request.serverUrlOf?.(contender.label) ?? serverUrl,
      clientUrl,
      hosts: hostModules,
      holds: traits.holds,
      cores: this.#cores,
      backlog: acceptBacklog,
      deliveriesFile,
      workDir: this.#workDir,
      isSampled: true,
      ownNamespace: this.#enclose !== undefined,
    }
  }

  #notice(notice: TrialNotice): void {
    if (notice.kind === 'window') this.#window = notice
    this.#observe(notice)
  }

  #isolation(notify: (notice: TrialNotice) => void): TrialIsolation {
    return { enclose: this.#enclose, signal: this.#request.signal, notify }
  }

  #publish(): void {
    const { scenario } = this.#request
    const { trials, failedTrials } = this.#document
    this.#document.summary = summarise({
      contenders: scenario.contenders.map(({ label, transport }) => ({
        label,
        transport,
        traits: { ...shownTraits(transport), complexity: complexityOf(transport) },
      })),
      trials,
      failedTrials,
    })
    this.#document.comparison = compare(this.#document.summary, scenario.matters, trials, scenario.limits)
    this.#observe({ kind: 'document', document: this.#document })
  }

  #warnAbout(trial: TrialResult): void {
    const { status, reasons } = trial.validity
    if (status === 'valid') return
    const code = status === 'tainted' ? 'WARN_TRIAL_TAINTED' : 'WARN_TRIAL_INVALID'
    this.#document.warnings.push(
      warning(code, `${trial.contender}, block ${trial.block + 1} is ${status}: ${reasons.map((reason) => reason.message).join('; ')}`),
    )
  }
}

function shownTraits(transport: string): Omit<SummaryRow['traits'], 'complexity'> {
  const { protocol, direction, proxies, fits, fitsAi } = transportOf(transport).traits
  return { protocol, direction, proxies, fits, fitsAi }
}
