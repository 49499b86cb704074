import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { Client } from 'undici'
import { nowUs } from '../core/clock.ts'
import type { ServerControl, ServerReady, ServerReport, ServerStart } from '../core/server-control.ts'
import type { WindowOrder } from '../core/control.ts'
import type { ServerCounters } from '../core/counters.ts'
import { harnessError } from '../core/errors.ts'
import { freesPort } from '../core/fault-plan.ts'
import { seededRandom } from '../core/random.ts'
import { paths } from '../core/wire.ts'
import { Child } from '../machine/child.ts'
import { nodeCommand } from '../machine/pinning.ts'
import { cpuUs } from '../machine/proc.ts'
import type { Sampled } from './sampler.ts'
import { portOutsideRange } from '../machine/server-port.ts'
import type { TrialSpec } from './trial-spec.ts'

const stopDeadlineMs = 5_000
/** Its descriptor belongs to the baseline of the server, so it must stay open. */
const healthKeepAliveMs = 3_600_000

/** One process that served the clients; `counters` are null when they died with it. */
export interface ServerLife {
  fromAtUs: number
  untilAtUs: number
  end: 'kill' | 'restart'
  counters: ServerCounters | null
}

/** The server of a trial: one process, or one after another where faults replace it, all on the same port. */
export class TrialServer {
  readonly secret = crypto.randomUUID()
  /** What the sampler reads, whichever process it is now. */
  readonly sampled: Sampled
  /** Lives that have ended. */
  readonly earlierLives: ServerLife[] = []
  readonly #spec: TrialSpec
  #child: Child<ServerControl>
  #ready: ServerReady = { host: '127.0.0.1', port: 0 }
  #health: Client
  #bornAtUs = nowUs()
  #ordinal = 0

  constructor(spec: TrialSpec) {
    this.#spec = spec
    this.#child = this.#spawn()
    this.#health = this.#createHealth()
    this.sampled = { key: this.#child.pid, pid: this.#child.pid, earlierCpuUs: 0 }
  }

  /** The process of the present. */
  get child(): Child<ServerControl> {
    return this.#child
  }

  /** A path of its own for each life: what is meant for a server that is gone never reaches the next. */
  get ingestPath(): string {
    return join(this.#spec.workDir, `${this.secret.slice(0, 8)}-${this.#ordinal}.sock`)
  }

  async start(): Promise<ServerReady> {
    const faults = this.#spec.scenario.faults ?? []
    if (faults.some(freesPort)) this.#ready.port = await portOutsideRange(seededRandom(this.#spec.seed, 'port'))
    this.#ready = await this.#child.ask('start', this.#startOrder())
    await this.#checkIdentity()
    await this.waitingCount()
    return this.#ready
  }

  /** How many clients the server holds now, from its own mouth. */
  async waitingCount(): Promise<number> {
    const answer = await this.#health.request({ method: 'GET', path: paths.health })
    return ((await answer.body.json()) as { waitingCount: number }).waitingCount
  }

  /** Ends the process by SIGKILL; what it counted dies with it. */
  async killNow(): Promise<void> {
    this.#keepCpu()
    this.#child.kill()
    await this.#child.ended(stopDeadlineMs)
    await this.#bury('kill', null)
  }

  /** Has the server stop by itself; its counts are asked for before the process ends. */
  async stopNow(): Promise<void> {
    await this.#child.ask('stop', undefined, stopDeadlineMs)
    const { counters } = await this.#child.ask('report', undefined)
    this.#keepCpu()
    this.#child.disconnect()
    await this.#child.ended(stopDeadlineMs)
    await this.#bury('restart', counters)
  }

  /** Starts the next process, which refuses clients until it is opened. */
  async prepareNext(): Promise<void> {
    this.#ordinal++
    this.#bornAtUs = nowUs()
    this.#child = this.#spawn()
    this.sampled.pid = this.#child.pid
    this.#health = this.#createHealth()
    await this.#child.ask('prepare', this.#startOrder())
  }

  /** Lets clients in, and has the process measure the rest of the window. */
  async openNext({ untilAtUs }: WindowOrder): Promise<void> {
    await this.#child.ask('open', undefined)
    await this.#child.ask('window', { fromAtUs: nowUs(), untilAtUs })
    await this.waitingCount()
  }

  /** What the server of the present reports, with the counts of all lives that told theirs. */
  async report(): Promise<ServerReport> {
    const report = await this.#child.ask('report', undefined)
    const counters = this.earlierLives.reduce((sum, life) => (life.counters === null ? sum : added(sum, life.counters)), report.counters)
    return { ...report, counters }
  }

  async close(): Promise<void> {
    await this.#health.close()
    await this.#child.ask('stop', undefined, stopDeadlineMs).catch(() => undefined)
  }

  #startOrder(): ServerStart {
    const { serverUrl, contender, backlog, scenario, seed, clientCount } = this.#spec
    const { pattern, messageBytes } = scenario.traffic
    return {
      moduleUrl: serverUrl,
      options: contender,
      secret: this.secret,
      ...this.#ready,
      backlog,
      ingestPath: this.ingestPath,
      isInPhase: scenario.inPhase,
      jobs: pattern === 'jobs' && clientCount > 0 ? { messageBytes, seed } : undefined,
      keepsSockets: (scenario.faults ?? []).some(({ kind }) => kind === 'cut'),
    }
  }

  #spawn(): Child<ServerControl> {
    const { contender, cores, hosts } = this.#spec
    return new Child(`${contender.transport} server`, nodeCommand(cores.server, hosts.server))
  }

  #createHealth(): Client {
    return new Client('http://ingest', { socketPath: this.ingestPath, keepAliveTimeout: healthKeepAliveMs })
  }

  #keepCpu(): void {
    const { sampled } = this
    sampled.earlierCpuUs += cpuUs(sampled.pid) ?? 0
  }

  async #bury(end: ServerLife['end'], counters: ServerCounters | null): Promise<void> {
    await this.#health.destroy()
    this.earlierLives.push({ fromAtUs: this.#bornAtUs, untilAtUs: nowUs(), end, counters })
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
