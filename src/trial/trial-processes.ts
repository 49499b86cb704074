import { fileURLToPath } from 'node:url'
import { plannedPath } from '../core/links.ts'
import type { PublisherControl } from '../core/publisher-control.ts'
import { MemberProcess, type Member } from '../machine/member.ts'
import { nodeCommand } from '../machine/pinning.ts'
import { Link, openPath } from '../path/link.ts'
import { sessionShare, type JobPlan } from '../traffic/job-plan.ts'
import type { Schedule } from '../traffic/schedule.ts'
import { hostShare, publisherShare } from '../traffic/send-shares.ts'
import { LocalClientHosts, type ClientHosts } from './client-hosts.ts'
import { TrialServer } from './trial-server.ts'
import { clientHostSpecOf, type TrialSpec } from './trial-spec.ts'

const publisherModule = fileURLToPath(new URL('../traffic/publisher.js', import.meta.url))
const stopDeadlineMs = 2_000

/** The members of one trial: server, publisher, client hosts, the links of the path, and a probe host where the load bears one. */
export class TrialProcesses {
  readonly server: TrialServer
  readonly publisher: MemberProcess<PublisherControl>
  readonly clientHosts: ClientHosts
  readonly path: readonly Link[]
  readonly probeHosts: ClientHosts
  readonly #spec: TrialSpec

  constructor(spec: TrialSpec) {
    const { clientCount, clientHostCount, cores, hosts, nodeOptions, harnessNodeOptions, probeClientCount, scenario } = spec
    const host = (module: string): string[] => nodeCommand(cores.generator, module, nodeOptions)
    this.#spec = spec
    this.server = new TrialServer(spec)
    this.publisher = new MemberProcess('publisher', 0, 'publisher', nodeCommand(cores.generator, publisherModule, harnessNodeOptions))
    this.clientHosts = new LocalClientHosts('client-host', clientCount === 0 ? 0 : clientHostCount, host(hosts.clients))
    this.path = plannedPath(scenario).map((planned) => new Link(planned, spec))
    this.probeHosts = new LocalClientHosts('probe-host', probeClientCount > 0 ? 1 : 0, host(hosts.probes))
  }

  get members(): Member[] {
    return [this.server, this.publisher, ...this.clientHosts.hosts, ...this.path, ...this.probeHosts.hosts]
  }

  /** Resolves with the error of the first member that ends without having been asked to. */
  get died(): Promise<Error> {
    return Promise.race(this.members.map((member) => member.died))
  }

  /** @param jobs sessions instead of clients */
  async start(channelNames: string[], channelOfClient: string[], schedule: Schedule, jobs?: JobPlan): Promise<void> {
    const spec = this.#spec
    const { messageBytes } = spec.scenario.traffic
    const target = await openPath(this.path, await this.server.start())
    const hostCount = this.clientHosts.hosts.length
    await Promise.all([
      this.publisher.ask('start', {
        ingestPath: this.server.ingestPath,
        secret: this.server.secret,
        messageBytes,
        seed: spec.seed,
        channelNames,
        ...publisherShare(schedule),
      }),
      this.clientHosts.ask('start', (index) => {
        const clients = shareOf(index, hostCount, channelOfClient.length)
        return clientHostSpecOf(spec, target, {
          firstIndex: clients.first,
          channels: jobs === undefined ? channelOfClient.slice(clients.first, clients.end) : [],
          probes: shareOf(index, hostCount, spec.probeClientCount),
          sends: hostShare(schedule, clients.first, clients.end, messageBytes),
          sessions: jobs === undefined ? undefined : sessionShare(jobs, index, hostCount, schedule.offsetsUs.length),
        })
      }),
      this.probeHosts.ask(
        'start',
        clientHostSpecOf(spec, target, { firstIndex: 0, channels: [], probes: { first: 0, end: spec.probeClientCount } }),
      ),
    ])
  }

  /** Sends the new end of the window to all members. One that is gone shows at the next question. */
  closeWindow(untilAtUs: number): void {
    for (const member of this.members) void member.closeWindow({ untilAtUs }).catch(() => undefined)
  }

  /** Ends all members, the server first. */
  async stop(): Promise<void> {
    for (const member of this.members) await member.stop()
    await this.ended()
  }

  kill(): void {
    for (const member of this.members) member.kill()
  }

  /** Waits until no process is left, for a caller that must leave none behind. */
  async ended(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ended(stopDeadlineMs)))
  }
}

/** Clients of a host, from `first` to before `end`, when they are shared out evenly and in order. */
export function shareOf(host: number, hostCount: number, clientCount: number): { first: number; end: number } {
  return { first: Math.round((clientCount * host) / hostCount), end: Math.round((clientCount * (host + 1)) / hostCount) }
}
