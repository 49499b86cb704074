import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'undici'
import type { ClientHostControl, ClientHostStart, PublisherControl, ServerControl, ServerReady } from '../core/control.ts'
import { harnessError } from '../core/errors.ts'
import { seededRandom } from '../core/random.ts'
import { paths } from '../core/wire.ts'
import { Child } from './child.ts'
import { sessionShare, type JobPlan } from './job-plan.ts'
import { boundCommand } from './pinning.ts'
import { probeChannel, probeMessagesPerSecond } from './probe.ts'
import type { Schedule } from './schedule.ts'
import { hostShare, publisherShare } from './send-shares.ts'
import { wakesPerSecond } from './traffic-plan.ts'
import type { TrialOrder } from './trial-order.ts'

const publisherModule = fileURLToPath(new URL('./publisher.js', import.meta.url))
const stopDeadlineMs = 2_000
/** Its descriptor belongs to the baseline of the server, so it must stay open. */
const healthKeepAliveMs = 3_600_000

/** The processes of one trial: server, publisher, client hosts and, where the load bears one, a probe host. */
export class TrialProcesses {
  readonly server: Child<ServerControl>
  readonly publisher: Child<PublisherControl>
  readonly clientHosts: Child<ClientHostControl>[]
  readonly probeHost: Child<ClientHostControl> | undefined
  readonly #order: TrialOrder
  readonly #secret: string
  readonly #ingestPath: string
  readonly #health: Client

  constructor(order: TrialOrder) {
    const { cores, contender } = order
    this.#order = order
    this.#secret = crypto.randomUUID()
    this.#ingestPath = join(order.workDir, `${this.#secret.slice(0, 8)}.sock`)
    this.#health = new Client('http://ingest', { socketPath: this.#ingestPath, keepAliveTimeout: healthKeepAliveMs })
    this.server = new Child(`${contender.transport} server`, nodeCommand(cores.server, order.hosts.server))
    this.publisher = new Child('publisher', nodeCommand(cores.generator, publisherModule))
    const hostCount = order.clientCount === 0 ? 0 : order.clientHostCount
    this.clientHosts = Array.from(
      { length: hostCount },
      (_, index) => new Child(`client host ${index}`, nodeCommand(cores.generator, order.hosts.clients)),
    )
    if (order.probeClientCount > 0) this.probeHost = new Child('probe host', nodeCommand(cores.generator, order.hosts.probes))
  }

  get pids(): number[] {
    return this.#all().map((child) => child.pid)
  }

  pidsByRole(): { serverPid: number; publisherPid: number; clientHostPids: number[]; probeHostPid: number | undefined } {
    return {
      serverPid: this.server.pid,
      publisherPid: this.publisher.pid,
      clientHostPids: this.clientHosts.map((host) => host.pid),
      probeHostPid: this.probeHost?.pid,
    }
  }

  /** Client hosts and probe host. */
  get allHosts(): Child<ClientHostControl>[] {
    return this.probeHost === undefined ? this.clientHosts : [...this.clientHosts, this.probeHost]
  }

  /** @param jobs sessions in the place of clients */
  async start(channelNames: string[], channelOfClient: string[], schedule: Schedule, jobs?: JobPlan): Promise<void> {
    const order = this.#order
    const { contender } = order
    const { messageBytes } = order.scenario.traffic
    const ready = await this.server.ask('start', {
      moduleUrl: order.serverUrl,
      options: contender,
      secret: this.#secret,
      host: '127.0.0.1',
      port: 0,
      backlog: order.backlog,
      ingestPath: this.#ingestPath,
      isInPhase: order.scenario.inPhase,
      jobs: jobs === undefined ? undefined : { messageBytes, seed: order.seed },
    })
    await this.#checkIdentity(ready)
    await this.waitingCount()
    await Promise.all([
      this.publisher.ask('start', {
        ingestPath: this.#ingestPath,
        secret: this.#secret,
        messageBytes,
        seed: order.seed,
        channelNames,
        ...publisherShare(schedule),
      }),
      ...this.clientHosts.map((host, index) => {
        const clients = shareOf(index, this.clientHosts.length, channelOfClient.length)
        const shadows = shareOf(index, this.clientHosts.length, order.probeClientCount)
        const sends = hostShare(schedule, clients.first, clients.end, messageBytes)
        const sessions = jobs === undefined ? undefined : sessionShare(jobs, index, this.clientHosts.length, schedule.offsetsUs.length)
        const channels = jobs === undefined ? channelOfClient.slice(clients.first, clients.end) : []
        return host.ask('start', { ...this.#hostOrder(ready, clients.first, channels, shadows), sends, sessions })
      }),
      this.probeHost?.ask('start', this.#hostOrder(ready, 0, [], { first: 0, end: order.probeClientCount })),
    ])
  }

  #hostOrder(ready: ServerReady, firstIndex: number, channels: string[], probes: { first: number; end: number }): ClientHostStart {
    const { clientUrl, contender, seed, scenario } = this.#order
    return {
      moduleUrl: clientUrl,
      options: contender,
      ...ready,
      seed,
      firstIndex,
      channels,
      probe: {
        firstIndex: probes.first,
        clientCount: probes.end - probes.first,
        channel: probeChannel,
        channelRatePerSecond: probeMessagesPerSecond,
      },
      channelRatePerSecond: wakesPerSecond(scenario.traffic),
      localAddresses: [],
      isInPhase: scenario.inPhase,
    }
  }

  /** Tells all that measure of the new end of the window. One that is gone shows at the next question. */
  closeWindow(untilAtUs: number): void {
    for (const child of this.#all() as Child<Pick<ServerControl, 'closeWindow'>>[])
      void child.ask('closeWindow', { untilAtUs }).catch(() => undefined)
  }

  /** How many clients the server holds now, from its own mouth. */
  async waitingCount(): Promise<number> {
    const answer = await this.#health.request({ method: 'GET', path: paths.health })
    return ((await answer.body.json()) as { waitingCount: number }).waitingCount
  }

  async stop(): Promise<void> {
    await this.#health.close()
    await this.server.ask('stop', undefined, stopDeadlineMs).catch(() => undefined)
    for (const child of this.#all()) child.disconnect()
    await this.ended()
  }

  kill(): void {
    for (const child of this.#all()) child.kill()
  }

  /** Waits until no process is left, for a caller that must leave none behind. */
  async ended(): Promise<void> {
    await Promise.all(this.#all().map((child) => child.ended(stopDeadlineMs)))
  }

  #all(): Child<object>[] {
    return [this.server, this.publisher, ...this.allHosts]
  }

  /** A server that does not know the trial's secret is somebody else's, or an earlier trial's. */
  async #checkIdentity({ host, port }: ServerReady): Promise<void> {
    const { secret } = JSON.parse(await getOnce(`http://${host}:${port}${paths.health}`)) as { secret?: string }
    if (secret === this.#secret) return
    throw harnessError(
      'ERR_SERVER_FOREIGN',
      `${host}:${port} answers, but not with the secret of this trial. Another server holds the port; stop it.`,
    )
  }
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

/** Clients of a host, from `first` to before `end`, when they are shared out evenly and in order. */
export function shareOf(host: number, hostCount: number, clientCount: number): { first: number; end: number } {
  return { first: Math.round((clientCount * host) / hostCount), end: Math.round((clientCount * (host + 1)) / hostCount) }
}

function nodeCommand(cores: readonly number[], module: string): string[] {
  return boundCommand(cores, [process.execPath, '--expose-gc', module])
}

/** A seeded source for one purpose of a trial. */
export function trialRandom(order: TrialOrder, purpose: string) {
  return seededRandom(order.seed, purpose)
}
