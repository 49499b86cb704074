import { fileURLToPath } from 'node:url'
import type { ClientHostControl, ClientHostStart } from '../core/client-host-control.ts'
import type { PublisherControl } from '../core/publisher-control.ts'
import type { ServerControl, ServerReady } from '../core/server-control.ts'
import { seededRandom } from '../core/random.ts'
import { Child } from '../machine/child.ts'
import { sessionShare, type JobPlan } from '../traffic/job-plan.ts'
import { nodeCommand } from '../machine/pinning.ts'
import { probeChannel, probeMessagesPerSecond } from '../traffic/probe.ts'
import { Relay } from '../path/relay.ts'
import type { Sampled } from './sampler.ts'
import type { Schedule } from '../traffic/schedule.ts'
import { hostShare, publisherShare } from '../traffic/send-shares.ts'
import { wakesPerSecond } from '../traffic/traffic-plan.ts'
import type { ProcessIds, TrialSpec } from './trial-spec.ts'
import { TrialServer } from './trial-server.ts'

const publisherModule = fileURLToPath(new URL('../traffic/publisher.js', import.meta.url))
const stopDeadlineMs = 2_000

/** The processes of one trial: server, publisher, client hosts, a probe host where the load bears one, a relay where a network is planned. */
export class TrialProcesses {
  readonly trialServer: TrialServer
  readonly publisher: Child<PublisherControl>
  readonly clientHosts: Child<ClientHostControl>[]
  readonly probeHost: Child<ClientHostControl> | undefined
  readonly relay: Relay | undefined
  readonly #spec: TrialSpec

  constructor(spec: TrialSpec) {
    const { cores } = spec
    this.#spec = spec
    this.trialServer = new TrialServer(spec)
    this.publisher = new Child('publisher', nodeCommand(cores.generator, publisherModule))
    const hostCount = spec.clientCount === 0 ? 0 : spec.clientHostCount
    this.clientHosts = Array.from(
      { length: hostCount },
      (_, index) => new Child(`client host ${index}`, nodeCommand(cores.generator, spec.hosts.clients)),
    )
    const { network } = spec.scenario
    if (network !== undefined) this.relay = new Relay(network, spec)
    if (spec.probeClientCount > 0) this.probeHost = new Child('probe host', nodeCommand(cores.generator, spec.hosts.probes))
  }

  /** The server's process of the present. */
  get server(): Child<ServerControl> {
    return this.trialServer.child
  }

  /** What the sampler reads: the server whichever process it is, the others by their process. */
  get sampled(): Sampled[] {
    const others = this.#all().filter((child) => child !== this.server)
    return [this.trialServer.sampled, ...others.map(({ pid }) => ({ key: pid, pid, earlierCpuUs: 0 }))]
  }

  pidsByRole(): ProcessIds {
    return {
      serverPid: this.trialServer.sampled.key,
      publisherPid: this.publisher.pid,
      clientHostPids: this.clientHosts.map((host) => host.pid),
      probeHostPid: this.probeHost?.pid,
      relayPid: this.relay?.child.pid,
    }
  }

  /** Client hosts and probe host. */
  get allHosts(): Child<ClientHostControl>[] {
    return this.probeHost === undefined ? this.clientHosts : [...this.clientHosts, this.probeHost]
  }

  /** @param jobs sessions in the place of clients */
  async start(channelNames: string[], channelOfClient: string[], schedule: Schedule, jobs?: JobPlan): Promise<void> {
    const spec = this.#spec
    const { messageBytes } = spec.scenario.traffic
    const server = await this.trialServer.start()
    const ready = (await this.relay?.start(server)) ?? server
    await Promise.all([
      this.publisher.ask('start', {
        ingestPath: this.trialServer.ingestPath,
        secret: this.trialServer.secret,
        messageBytes,
        seed: spec.seed,
        channelNames,
        ...publisherShare(schedule),
      }),
      ...this.clientHosts.map((host, index) => {
        const clients = shareOf(index, this.clientHosts.length, channelOfClient.length)
        const shadows = shareOf(index, this.clientHosts.length, spec.probeClientCount)
        const sends = hostShare(schedule, clients.first, clients.end, messageBytes)
        const sessions = jobs === undefined ? undefined : sessionShare(jobs, index, this.clientHosts.length, schedule.offsetsUs.length)
        const channels = jobs === undefined ? channelOfClient.slice(clients.first, clients.end) : []
        return host.ask('start', { ...this.#hostOrder(ready, clients.first, channels, shadows), sends, sessions })
      }),
      this.probeHost?.ask('start', this.#hostOrder(ready, 0, [], { first: 0, end: spec.probeClientCount })),
    ])
  }

  #hostOrder(ready: ServerReady, firstIndex: number, channels: string[], probes: { first: number; end: number }): ClientHostStart {
    const { clientUrl, contender, seed, scenario } = this.#spec
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
  waitingCount(): Promise<number> {
    return this.trialServer.waitingCount()
  }

  async stop(): Promise<void> {
    await this.trialServer.close()
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
    return [this.server, this.publisher, ...this.allHosts, ...(this.relay === undefined ? [] : [this.relay.child])]
  }
}

/** Clients of a host, from `first` to before `end`, when they are shared out evenly and in order. */
export function shareOf(host: number, hostCount: number, clientCount: number): { first: number; end: number } {
  return { first: Math.round((clientCount * host) / hostCount), end: Math.round((clientCount * (host + 1)) / hostCount) }
}

/** A seeded source for one purpose of a trial. */
export function trialRandom(spec: TrialSpec, purpose: string) {
  return seededRandom(spec.seed, purpose)
}
