import { fileURLToPath } from 'node:url'
import type { LinkControl } from '../core/link-control.ts'
import type { PlannedLink } from '../core/links.ts'
import type { ServerReady } from '../core/server-control.ts'
import { MemberProcess } from '../machine/member.ts'
import { nodeCommand, type CoreShare } from '../machine/pinning.ts'

const hostModule = fileURLToPath(new URL('./link-host.js', import.meta.url))

/** What a link needs to know of its trial. */
export interface LinkedTrial {
  seed: number
  backlog: number
  cores: CoreShare
  harnessNodeOptions: string
}

/** One link of the path from clients to server: a process of the generator. */
export class Link extends MemberProcess<LinkControl> {
  readonly planned: PlannedLink
  readonly #trial: LinkedTrial
  #servedBy: number | undefined

  constructor(planned: PlannedLink, trial: LinkedTrial) {
    super(planned.kind.role, 0, planned.kind.role, nodeCommand(trial.cores.generator, hostModule, trial.harnessNodeOptions))
    this.planned = planned
    this.#trial = trial
  }

  /** The process that does the work, which the link's host may have started. */
  override get pid(): number {
    return this.#servedBy ?? super.pid
  }

  /** Returns where clients connect in the target's place. */
  async start(target: ServerReady): Promise<ServerReady> {
    const { seed, backlog } = this.#trial
    const moduleUrl = new URL(`./${this.planned.id}.js`, import.meta.url).href
    const ready = await this.ask('start', { moduleUrl, target, plan: this.planned.plan, seed, backlog })
    this.#servedBy = ready.pid
    return { host: ready.host, port: ready.port }
  }
}

/** Opens links from the server's side to the clients'; returns where clients connect. */
export async function openPath(path: readonly Link[], server: ServerReady): Promise<ServerReady> {
  let target = server
  for (const link of path.toReversed()) target = await link.start(target)
  return target
}
