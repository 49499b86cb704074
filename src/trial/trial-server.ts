import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { Client } from 'undici'
import { nowUs } from '../core/clock.ts'
import type { CloseRequest, WindowRequest } from '../core/control.ts'
import type { WindowReading } from '../core/process-meter.ts'
import type { ServerControl, ServerReady, ServerReport, ServerStart } from '../core/server-control.ts'
import type { ServerCounters } from '../core/counters.ts'
import { harnessError } from '../core/errors.ts'
import { freesPort } from '../core/fault-plan.ts'
import { seededRandom } from '../core/random.ts'
import { behaviourOf } from '../core/scenario.ts'
import { paths } from '../core/wire.ts'
import { Child } from '../machine/child.ts'
import { nodeCommand } from '../machine/pinning.ts'
import { sampleOf, type Member, type ProcessSample } from '../machine/member.ts'
import { cpuUs, involuntarySwitchCount } from '../machine/proc.ts'
import { portOutsideRange } from '../machine/local-ports.ts'
import { logLimitsOf } from '../traffic/log-size.ts'
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
  readonly #spec: TrialSpec
  #child: Child<ServerControl>
  #ready: ServerReady = { host: '127.0.0.1', port: 0 }
  #health: Client
  #startedAtUs = nowUs()
  #ordinal = 0
  /** Processor time of the processes that have ended. */
  #earlierCpuUs = 0

  constructor(spec: TrialSpec) {
    this.#spec = spec
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
    const sample = sampleOf(this.pid)
    return Promise.resolve({ ...sample, cpuUs: sample.cpuUs === null ? null : this.#earlierCpuUs + sample.cpuUs })
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
    this.#ready = await this.#child.ask('start', this.#startRequest())
    await this.#checkIdentity()
    await this.waitingCount()
    return this.#ready
  }

  /** Connected clients, as `/health` reports them. */
  async waitingCount(): Promise<number> {
    const answer = await this.#health.request({ method: 'GET', path: paths.health })
    return ((await answer.body.json()) as { waitingCount: number }).waitingCount
  }

  /** Ends the process by SIGKILL; what it counted dies with it. */
  async killProcess(): Promise<void> {
    this.#keepCpu()
    this.#child.kill()
    await this.#child.ended(stopDeadlineMs)
    await this.#recordExit('kill', null)
  }

  /** Has the server stop by itself; its counts are asked for before the process ends. */
  async stopProcess(): Promise<void> {
    await this.#child.ask('stop', undefined, stopDeadlineMs)
    const { counters } = await this.#child.ask('report', undefined)
    this.#keepCpu()
    this.#child.disconnect()
    await this.#child.ended(stopDeadlineMs)
    await this.#recordExit('restart', counters)
  }

  /** Starts the next process, which refuses clients until it is opened. */
  async prepareNext(): Promise<void> {
    this.#ordinal++
    this.#startedAtUs = nowUs()
    this.#child = this.#spawn()
    this.#ready = { host: this.#ready.host, port: this.#ready.port }
    this.#health = this.#createHealth()
    await this.#child.ask('prepare', this.#startRequest())
  }

  /** Lets clients in, and has the process measure the rest of the window. */
  async openNext({ untilAtUs }: WindowRequest): Promise<void> {
    this.#ready = await this.#child.ask('open', undefined)
    await this.window({ fromAtUs: nowUs(), untilAtUs })
    await this.waitingCount()
  }

  /** What the server of the present reports, with the counts of all lives that told theirs; null where it reports nothing. */
  async report(): Promise<ServerReport | null> {
    const report = await this.#child.askIfAnswered('report', undefined)
    if (report === undefined) return null
    const counters = this.earlierLives.reduce((sum, life) => (life.counters === null ? sum : added(sum, life.counters)), report.counters)
    return { ...report, counters }
  }

  async stop(): Promise<void> {
    await this.#health.close()
    await this.#child.ask('stop', undefined, stopDeadlineMs).catch(() => undefined)
    this.#child.disconnect()
  }

  kill(): void {
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
      pathMs: timeouts.pathMs,
      jobs: pattern === 'jobs' && clientCount > 0 ? { messageBytes, seed } : undefined,
      keepsSockets: (scenario.faults ?? []).some(({ kind }) => kind === 'cut'),
    })
  }

  #spawn(): Child<ServerControl> {
    const { contender, cores, hosts, nodeOptions } = this.#spec
    return new Child(`${contender.transport} server`, nodeCommand(cores.server, hosts.server, nodeOptions))
  }

  #createHealth(): Client {
    return new Client('http://ingest', { socketPath: this.ingestPath, keepAliveTimeout: healthKeepAliveMs })
  }

  #keepCpu(): void {
    this.#earlierCpuUs += cpuUs(this.pid) ?? 0
  }

  async #recordExit(end: ServerIncarnation['end'], counters: ServerCounters | null): Promise<void> {
    await this.#health.destroy()
    this.earlierLives.push({ fromAtUs: this.#startedAtUs, untilAtUs: nowUs(), end, counters })
  }

  /** A server that does not know the trial's secret is somebody else's, or an earlier trial's. */
  async #checkIdentity(): Promise<void> {
    const { host, port } = this.#ready
    const { secret } = JSON.parse(await getOnce(`http://${host}:${port}${paths.health}`)) as { secret?: string }
    if (secret === this.secret) return
    throw harnessError(
      'ERR_SERVER_FOREIGN',
      `${host}:${port} answers, but not with the secret of this trial. Another server holds the port; stop it.`,
    )
  }
}

/** Counts of two lives: sums, and the larger of the two where a figure is a maximum. What waits now waits at the later one. */
export function added(later: ServerCounters, earlier: ServerCounters): ServerCounters {
  const sum = structuredClone(later)
  const { closed, maxQueuedBytes, waitingCount: _, ...counts } = earlier
  for (const [key, count] of Object.entries(counts)) sum[key as keyof typeof counts] += count
  for (const [reason, count] of Object.entries(closed)) sum.closed[reason as keyof typeof closed] += count
  sum.maxQueuedBytes = Math.max(later.maxQueuedBytes, maxQueuedBytes)
  return sum
}

/** One GET on a connection of its own, ended by a reset: a port left in TIME_WAIT would be missing to the clients. */
function getOnce(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: new Agent({ keepAlive: true }) }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => {
        request.socket?.resetAndDestroy()
        resolve(text)
      })
    })
    request.on('error', reject)
  })
}
