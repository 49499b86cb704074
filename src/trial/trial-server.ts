import { join } from 'node:path'
import { Client } from 'undici'
import { nowUs } from '../core/clock.ts'
import type { CloseRequest, WindowRequest } from '../core/control.ts'
import type { WindowReading } from '../core/process-meter.ts'
import type { ServerControl, ServerReady, ServerReport, ServerStart } from '../core/server-control.ts'
import type { ServerCounters } from '../core/counters.ts'
import { drawEpoch } from '../core/cursor.ts'
import { HarnessError, harnessError } from '../core/errors.ts'
import { freesPort } from '../core/fault-plan.ts'
import { seededRandom } from '../core/random.ts'
import { behaviourOf } from '../core/scenario.ts'
import { paths } from '../core/wire.ts'
import { Child } from '../machine/child.ts'
import { nodeCommand } from '../machine/pinning.ts'
import { CpuAccount } from '../machine/cpu-account.ts'
import { sampleBetween, sampleOf, type Member, type ProcessSample } from '../machine/member.ts'
import { involuntarySwitchCount } from '../machine/proc.ts'
import { portOutsideRange } from '../machine/local-ports.ts'
import { logLimitsOf } from '../traffic/log-size.ts'
import { checkIdentity, foreignServer } from './server-identity.ts'
import { serverSpec, type TrialSpec } from './trial-spec.ts'

const stopDeadlineMs = 5_000
/** Its descriptor belongs to the baseline of the server, so it must stay open. */
const healthKeepAliveMs = 3_600_000

/** One process that served the clients; `counters` are null when they died with it. */
export interface ServerIncarnation {
  fromAtUs: number
  untilAtUs: number
  end: 'kill' | 'restart'
  counters: ServerCounters | null
}

/** The server of a trial: one process, or one after another where faults replace it, all on the same port. */
export class TrialServer implements Member {
  readonly role = 'server'
  readonly index = 0
  /** Pid of the first process. */
  readonly key: number
  readonly secret = crypto.randomUUID()
  /** Lives that have ended. */
  readonly earlierLives: ServerIncarnation[] = []
  readonly died: Promise<Error>
  #onDeath!: (error: Error) => void
  /** True = no process may take the place of the last one. */
  #isOver = false
  readonly #spec: TrialSpec
  #child: Child<ServerControl>
  #ready: ServerReady = { host: '127.0.0.1', port: 0 }
  #health: Client
  #startedAtUs = nowUs()
  #ordinal = 0
  readonly #cpu = new CpuAccount()
  /** Of the log that the publisher gives to each new server again, until one begins afresh. */
  #logEpoch = drawEpoch()
  /** True from the end of one process to the start of the next. */
  #isBetweenLives = false

  constructor(spec: TrialSpec) {
    this.#spec = spec
    this.died = new Promise((resolve) => (this.#onDeath = resolve))
    this.#child = this.#spawn()
    this.#health = this.#createHealth()
    this.key = this.#child.pid
  }

  /** The process of the present. */
  get child(): Child<ServerControl> {
    return this.#child
  }

  get pid(): number {
    return this.#ready.pid ?? this.#child.pid
  }

  sample(): Promise<ProcessSample> {
    return Promise.resolve(this.#isBetweenLives ? sampleBetween(this.#cpu) : sampleOf(this.pid, this.#cpu))
  }

  switchCount(): Promise<number | null> {
    // Those of another process in its place are no continuation.
    return Promise.resolve(this.#ordinal === 0 ? involuntarySwitchCount(this.pid) : null)
  }

  async window(request: WindowRequest): Promise<void> {
    await this.#child.askIfAnswered('window', request)
  }

  async closeWindow(request: CloseRequest): Promise<void> {
    await this.#child.askIfAnswered('closeWindow', request)
  }

  async reading(): Promise<WindowReading | null> {
    return (await this.#child.askIfAnswered('reading', undefined)) ?? null
  }

  /** A path of its own for each life: what is meant for a server that is gone never reaches the next. */
  get ingestPath(): string {
    return join(this.#spec.workDir, `${this.secret.slice(0, 8)}-${this.#ordinal}.sock`)
  }

  async start(): Promise<ServerReady> {
    const faults = this.#spec.scenario.faults ?? []
    if (faults.some(freesPort)) this.#ready.port = await portOutsideRange(seededRandom(this.#spec.seed, 'port'))
    await this.#listen(async () => {
      this.#ready = await this.#child.ask('start', this.#startRequest())
    })
    await this.#checkIdentity(false)
    await this.waitingCount()
    return this.#ready
  }

  /** Clients that it holds, as reported by `/health`; null where it does not report it. */
  async waitingCount(): Promise<number | null> {
    const answer = await this.#health.request({ method: 'GET', path: paths.health })
    return ((await answer.body.json()) as { waitingCount?: number }).waitingCount ?? null
  }

  /** Ends the process by SIGKILL; its counts are lost with it. */
  async killProcess(): Promise<void> {
    this.#endLife()
    this.#child.kill()
    await this.#child.ended(stopDeadlineMs)
    await this.#recordExit('kill', null)
  }

  /** Has the server stop by itself; its counts are asked for before the process ends. */
  async stopProcess(): Promise<void> {
    this.#child.expectEnd()
    await this.#child.ask('stop', undefined, stopDeadlineMs)
    const { counters } = await this.#child.ask('report', undefined)
    this.#endLife()
    this.#child.disconnect()
    await this.#child.ended(stopDeadlineMs)
    await this.#recordExit('restart', counters)
  }

  /**
   * Starts the next process, which refuses clients until it is opened.
   *
   * @param isFresh its log begins afresh: the cursors that clients have are those of another log
   */
  async prepareNext(isFresh: boolean): Promise<void> {
    if (this.#isOver) throw harnessError('ERR_CHILD_DIED', `${this.#child.name}: the trial is over.`)
    this.#ordinal++
    if (isFresh) this.#logEpoch = drawEpoch()
    this.#startedAtUs = nowUs()
    this.#child = this.#spawn()
    this.#ready = { host: this.#ready.host, port: this.#ready.port }
    this.#isBetweenLives = false
    this.#health = this.#createHealth()
    await this.#child.ask('prepare', this.#startRequest())
  }

  /** Lets clients in, and has the process measure the rest of the window. Returns when it let them in. */
  async openNext({ untilAtUs }: WindowRequest): Promise<number> {
    await this.#listen(async () => {
      this.#ready = await this.#child.ask('open', undefined)
    })
    this.#checkInPassing()
    const openedAtUs = nowUs()
    await this.window({ fromAtUs: openedAtUs, untilAtUs })
    await this.waitingCount()
    return openedAtUs
  }

  /** Has the server listen again on the port that it let go of. */
  async listenAgain(): Promise<void> {
    await this.#listen(() => this.#child.ask('listenAgain', undefined))
    this.#checkInPassing()
  }

  /** What the current server reports, with the counts of all incarnations that reported theirs; null where it reports nothing. */
  async report(): Promise<ServerReport | null> {
    const report = await this.#child.askIfAnswered('report', undefined)
    if (report === undefined) return null
    const counters = this.earlierLives.reduce((sum, life) => (life.counters === null ? sum : added(sum, life.counters)), report.counters)
    return { ...report, counters }
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#health.close()
    this.#child.expectEnd()
    await this.#child.ask('stop', undefined, stopDeadlineMs).catch(() => undefined)
    this.#child.disconnect()
  }

  kill(): void {
    this.#isOver = true
    this.#child.kill()
  }

  ended(deadlineMs: number): Promise<void> {
    return this.#child.ended(deadlineMs)
  }

  #startRequest(): ServerStart {
    const { serverUrl, contender, backlog, scenario, seed, clientCount, timeouts } = this.#spec
    const { pattern, messageBytes } = scenario.traffic
    return serverSpec({
      host: this.#ready.host,
      port: this.#ready.port,
      secret: this.secret,
      ingestPath: this.ingestPath,
      moduleUrl: serverUrl,
      options: contender,
      backlog,
      behaviour: behaviourOf(scenario),
      log: logLimitsOf(this.#spec),
      logEpoch: this.#logEpoch,
      pathMs: timeouts.pathMs,
      jobs: pattern === 'jobs' && clientCount > 0 ? { messageBytes, seed } : undefined,
      keepsSockets: (scenario.faults ?? []).some(({ kind }) => kind === 'cut'),
    })
  }

  #spawn(): Child<ServerControl> {
    const { contender, cores, hosts, nodeOptions } = this.#spec
    const child = new Child<ServerControl>(`${contender.transport} server`, nodeCommand(cores.server, hosts.server, nodeOptions))
    void child.died.then(this.#onDeath)
    return child
  }

  #createHealth(): Client {
    return new Client('http://ingest', { socketPath: this.ingestPath, keepAliveTimeout: healthKeepAliveMs })
  }

  #endLife(): void {
    this.#cpu.endProcess(this.pid)
    this.#isBetweenLives = true
  }

  async #recordExit(end: ServerIncarnation['end'], counters: ServerCounters | null): Promise<void> {
    await this.#health.destroy()
    this.earlierLives.push({ fromAtUs: this.#startedAtUs, untilAtUs: nowUs(), end, counters })
  }

  /** Has it listen. A port that another process has taken meanwhile is reported as such. */
  async #listen(open: () => Promise<void>): Promise<void> {
    try {
      await open()
    } catch (error) {
      if (!(error instanceof HarnessError) || error.code !== 'ERR_PORT_IN_USE') throw error
      throw foreignServer(this.#ready.host, this.#ready.port, 'was taken by another process before the server could listen there')
    }
  }

  /** @throws {HarnessError} as `checkIdentity` */
  #checkIdentity(isUnderLoad: boolean): Promise<void> {
    const child = this.#child
    const works = (): Promise<unknown> => child.askIfAnswered('report', undefined)
    return checkIdentity({ ...this.#ready, name: child.name, secret: this.secret, pid: this.pid, works, isUnderLoad })
  }

  /** Beside the fault that is under way, whose end it would put off. What it finds ends the trial, as a death does. */
  #checkInPassing(): void {
    const child = this.#child
    this.#checkIdentity(true).catch((error: Error) => {
      // A process that is gone by plan no longer answers.
      if (child === this.#child && !child.hasEnded && !this.#isOver) this.#onDeath(error)
    })
  }
}

/** Counts of two incarnations: sums, and the larger of the two where a figure is a maximum. What waits now waits at the later one. */
export function added(later: ServerCounters, earlier: ServerCounters): ServerCounters {
  const sum = structuredClone(later)
  const { closed, maxQueuedBytes, waitingCount: _, ...counts } = earlier
  for (const [key, count] of Object.entries(counts)) sum[key as keyof typeof counts] += count
  for (const [reason, count] of Object.entries(closed)) sum.closed[reason as keyof typeof closed] += count
  sum.maxQueuedBytes = Math.max(later.maxQueuedBytes, maxQueuedBytes)
  return sum
}
