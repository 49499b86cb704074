import { join } from 'node:path'
import { answerOf } from '../answer/answer.ts'
import { nowUs } from '../core/clock.ts'
import { messageOf } from '../core/errors.ts'
import { withTemporaryFolder } from '../core/files.ts'
import { resultSchema, type ResultDocument, type TrialResult } from '../core/result.ts'
import { linkPlanShape } from '../core/links.ts'
import { seededRandom } from '../core/random.ts'
import { nullReasons } from '../core/result-parts.ts'
import { trialScenarioOf, type TrialScenario } from '../core/scenario.ts'
import type { Contender } from '../core/transport.ts'
import { msPerSecond, usPerSecond } from '../core/units.ts'
import { warning } from '../core/warnings.ts'
import { wasInterrupted } from '../metrics/validity.ts'
import { sparePorts } from '../machine/limits.ts'
import { waitForLocalPorts } from '../machine/local-ports.ts'
import { findNamespace } from '../machine/namespace.ts'
import { shareCores, type CoreShare } from '../machine/pinning.ts'
import { controlPhases } from '../scenario/plan.ts'
import { busyMachineText, judgeTrials, openDocument } from './result-builder.ts'
import { isWorthRepeating } from './repeats.ts'
import type { RunObserver, RunRequest } from './run-events.ts'
import { whyNoControl } from '../scenario/scenario-meaning.ts'
import { probeClientCountFor } from '../traffic/probe.ts'
import { expectedDeliveries } from '../traffic/traffic-plan.ts'
import { runInProcess, type TrialIsolation } from './trial-launch.ts'
import { trialSpec, type SpecRequest, type TrialNotice, type TrialSpec } from '../trial/trial-spec.ts'

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
  const namespace = request.namespace === 'off' ? { reason: 'turned off by --namespace off' } : findNamespace()
  const cores = shareCores()
  const document = openDocument(request, namespace, cores)
  const enclose = 'enclose' in namespace ? namespace.enclose : undefined
  // Whatever refuses the run has spoken by now.
  return withTemporaryFolder('transport-bench-', async (workDir) => {
    const run = new Run(request, observe, document, { cores, enclose, workDir })
    try {
      return await run.all()
    } finally {
      run.stopListening()
    }
  })
}

/** The measured window of a trial that has not come to it. */
const notYet = { fromAtUs: Number.POSITIVE_INFINITY, untilAtUs: Number.POSITIVE_INFINITY }

interface Surroundings {
  cores: CoreShare
  enclose: TrialIsolation['enclose']
  workDir: string
}

class Run {
  readonly #request: RunRequest
  readonly #observe: RunObserver
  readonly #document: ResultDocument
  readonly #surroundings: Surroundings
  #trialNumber = 0
  #window = notYet
  #abortedAtUs = Number.POSITIVE_INFINITY
  #isOver = false
  readonly #onAbort = (): void => {
    this.#abortedAtUs = nowUs()
    // Whoever ends the command now finds a document that says so. After the word to the trial, which has little time.
    setImmediate(() => {
      if (!this.#isOver) this.#publish()
    })
  }

  constructor(request: RunRequest, observe: RunObserver, document: ResultDocument, surroundings: Surroundings) {
    this.#request = request
    this.#observe = observe
    this.#document = document
    this.#surroundings = surroundings
  }

  async all(): Promise<ResultDocument> {
    const { scenario, signal } = this.#request
    const { plan } = this.#document
    signal.addEventListener('abort', this.#onAbort)
    this.#observe({ kind: 'planned', plan, trialCount: scenario.contenders.length * scenario.blockCount })
    this.#publish()
    for (const [block, order] of plan.blockOrder.entries()) {
      await this.#block(block, order)
    }
    this.#warnAtTheEnd()
    if (!signal.aborted) await this.#control()
    this.#publish()
    // Keys in the schema's order, as a reader of the file gets them: reports drawn from memory and from the file are then
    // the same to the byte. A document that does not fit is refused where it is written.
    return resultSchema.safeParse(this.#document).data ?? this.#document
  }

  /** The trials of a block, and once more at its end those that the machine spoilt. */
  async #block(block: number, order: readonly string[]): Promise<void> {
    const { scenario, signal, retryCount = 0 } = this.#request
    let due = order
    let position = 0
    for (let attempt = 0; attempt <= retryCount && due.length > 0; attempt++) {
      const spoilt: string[] = []
      for (const label of due) {
        if (signal.aborted) return
        const contender = scenario.contenders.find((entry) => entry.label === label)!
        const trial = await this.#trial(contender, block, position++)
        if (trial !== null && attempt < retryCount && isWorthRepeating(trial)) spoilt.push(label)
        this.#publish()
      }
      due = spoilt
    }
  }

  /** A study gives the same signal to every run. */
  stopListening(): void {
    this.#isOver = true
    this.#request.signal.removeEventListener('abort', this.#onAbort)
  }

  /** @returns null where it failed, or where only a part of it was measured */
  async #trial(contender: Contender, block: number, position: number): Promise<TrialResult | null> {
    this.#trialNumber++
    this.#window = notYet
    const place = { contender: contender.label, block, position }
    this.#observe({ kind: 'trial-started', ...place, number: this.#trialNumber })
    const { scenario, resultDir } = this.#request
    const file = `deliveries-${String(this.#trialNumber).padStart(2, '0')}-${contender.transport}.bin`
    await this.#awaitPorts(contender, block)
    try {
      const trial = await this.#launch(
        this.#specOf({ contender, block, position, clientCount: scenario.clientCount, deliveriesFile: join(resultDir, file) }),
        this.#isolation((notice) => this.#notice(notice)),
      )
      const isWhole = !wasInterrupted(trial)
      if (isWhole) this.#replaceAttempt(trial)
      this.#document.trials.push(trial)
      this.#warnAbout(trial)
      this.#observe({ kind: 'trial-ended', trial })
      return isWhole ? trial : null
    } catch (error) {
      const message = this.#request.signal.aborted ? whereInterrupted(this.#abortedAtUs, this.#window, error) : messageOf(error)
      this.#document.failedTrials.push({ ...place, message })
      if (!this.#request.signal.aborted)
        this.#document.warnings.push(warning('WARN_TRIAL_FAILED', `${contender.label}, block ${block + 1}: ${message}`))
      this.#observe({ kind: 'trial-failed', contender: contender.label, block, message })
      return null
    }
  }

  /** The later attempt stands whatever it came to: to choose the better one would favour who is repeated. */
  #replaceAttempt({ contender, block }: TrialResult): void {
    const earlier = this.#document.trials.filter((trial) => trial.contender === contender && trial.block === block)
    for (const trial of earlier) trial.isRepeated = true
  }

  get #launch(): typeof runInProcess {
    return this.#request.launch ?? runInProcess
  }

  /** In a namespace that all trials share, the ports of the trial before may still be taken. */
  async #awaitPorts({ label }: Contender, block: number): Promise<void> {
    if (this.#surroundings.enclose !== undefined) return
    const wait = await waitForLocalPorts(this.#request.scenario.clientCount + sparePorts, this.#request.signal)
    if (wait === null || wait.waitedMs === 0) return
    const text = `${label}, block ${block + 1} waited ${(wait.waitedMs / msPerSecond).toFixed(1)} s for local ports: ${wait.freeCount} are free and ${wait.needCount} are needed.`
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
    const [contender] = scenario.contenders
    // Ingest alone: there are no faults, and no client is behind a link.
    const withoutLinks = Object.fromEntries(Object.keys(linkPlanShape).map((id) => [id, undefined]))
    const spec = this.#specOf(
      { contender: contender!, block: scenario.blockCount, position: 0, clientCount: 0, deliveriesFile: undefined },
      { phases: controlPhases, faults: undefined, ...withoutLinks },
    )
    try {
      const trial = await this.#launch(
        spec,
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
    } catch (error) {
      this.#document.calibration.reasons = { control: this.#request.signal.aborted ? 'interrupted' : messageOf(error) }
    }
  }

  /** Trials of a block have the same seed. */
  #specOf(
    own: Pick<SpecRequest, 'contender' | 'block' | 'position' | 'clientCount' | 'deliveriesFile'>,
    given?: Partial<TrialScenario>,
  ): TrialSpec {
    const { scenario, specOf, nodeOptions = '', hasLock = true } = this.#request
    const { cores, enclose, workDir } = this.#surroundings
    const { channelCount, clientHostCount } = this.#document.plan
    const { clientCount } = own
    const load = { clientCount, deliveriesPerSecond: expectedDeliveries({ ...scenario, clientCount }, msPerSecond) }
    return trialSpec({
      ...own,
      scenario: { ...trialScenarioOf(scenario), ...given },
      channelCount,
      clientHostCount,
      // Of the clients of this trial: the control row has none, and so no probe.
      // Faults hit its clients too, and it would then show nothing but that.
      probeClientCount: scenario.faults === undefined ? probeClientCountFor(load) : 0,
      seed: Math.floor(seededRandom(scenario.seed, `block ${own.block}`)() * 2 ** 31),
      cores,
      workDir,
      ownNamespace: enclose !== undefined,
      nodeOptions,
      hasLock,
      ...specOf?.(own.contender.label),
    })
  }

  #notice(notice: TrialNotice): void {
    if (notice.kind === 'window') this.#window = notice
    this.#observe(notice)
  }

  #isolation(notify: (notice: TrialNotice) => void): TrialIsolation {
    return { enclose: this.#surroundings.enclose, signal: this.#request.signal, notify }
  }

  #publish(): void {
    const { scenario, signal } = this.#request
    judgeTrials(this.#document, scenario)
    if (signal.aborted) {
      this.#document.interrupted = true
      this.#document.warnings = [
        ...this.#document.warnings.filter(({ code }) => code !== 'WARN_INTERRUPTED'),
        warning('WARN_INTERRUPTED', whatWasRun(this.#document.trials, scenario.contenders.length * scenario.blockCount)),
      ]
    }
    this.#document.answer = answerOf(this.#document)
    this.#observe({ kind: 'document', document: this.#document })
  }

  /** What a reader must know of all trials together. */
  #warnAtTheEnd(): void {
    const { trials, warnings } = this.#document
    const busy = busyMachineText(trials)
    if (busy !== null) warnings.push(warning('WARN_MACHINE_BUSY', busy))
    for (const { contender, limit } of this.#document.comparison.unjudgedLimits ?? []) {
      const text = `the limit ${limit} could not be checked for ${contender}: the figure counts in none of its trials. The reasons of the trials say why; run again.`
      warnings.push(warning('WARN_LIMIT_UNJUDGED', text))
    }
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

/** What ingest alone costs the server, from a trial without clients: shown beside the figures, never taken off them. */
function controlRow(trial: TrialResult, messagesPerSecond: number): NonNullable<ResultDocument['calibration']['control']> {
  const { cpuMsPerSecond: cpu, reasons: whyNoCpu } = trial.server.processor
  const { p99: lag, reasons: whyNoLag } = trial.publisherLagUs
  const figures = { serverCpuMsPerSecond: cpu, publisherLagP99Us: lag }
  const reasons = nullReasons(figures, { serverCpuMsPerSecond: whyNoCpu['cpuMsPerSecond'], publisherLagP99Us: whyNoLag['p99'] })
  return { messagesPerSecond, durationMs: controlPhases.measuredMs, ...figures, reasons }
}

/** How far a trial had come of which an abort left nothing to keep; in the window also why. */
function whereInterrupted(abortedAtUs: number, { fromAtUs, untilAtUs }: { fromAtUs: number; untilAtUs: number }, error: unknown): string {
  if (abortedAtUs < fromAtUs) return 'interrupted before the measured window'
  if (abortedAtUs >= untilAtUs) return 'interrupted after the measured window'
  const measured = `${((abortedAtUs - fromAtUs) / usPerSecond).toFixed(1)} s into the measured window`
  return `interrupted ${measured}; ${messageOf(error)}`
}

/** What an aborted run is left with. */
function whatWasRun(trials: readonly TrialResult[], plannedCount: number): string {
  const standing = trials.filter(({ isRepeated }) => isRepeated !== true)
  const whole = standing.filter((trial) => !wasInterrupted(trial))
  const part = whole.length < standing.length ? ', and part of the next, which is listed but counts nowhere' : ''
  return `stopped after ${whole.length} of ${plannedCount} trials${part}.`
}
