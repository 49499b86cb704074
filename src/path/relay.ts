import { fileURLToPath } from 'node:url'
import type { RelayControl } from '../core/relay-control.ts'
import type { ServerReady } from '../core/server-control.ts'
import type { NetworkPlan } from '../core/network-plan.ts'
import { Child } from '../machine/child.ts'
import { nodeCommand, type CoreShare } from '../machine/pinning.ts'

const relayModule = fileURLToPath(new URL('./relay-host.js', import.meta.url))

/** What a relay needs to know of its trial. */
export interface RelayedTrial {
  seed: number
  backlog: number
  cores: CoreShare
}

/** The network of a trial: a process of the generator between client hosts and server. */
export class Relay {
  readonly child: Child<RelayControl>
  readonly #plan: NetworkPlan
  readonly #order: RelayedTrial

  constructor(plan: NetworkPlan, order: RelayedTrial) {
    this.#plan = plan
    this.#order = order
    this.child = new Child('relay', nodeCommand(order.cores.generator, relayModule))
  }

  /** Returns where clients connect in the server's place. */
  start(target: ServerReady): Promise<ServerReady> {
    const { seed, backlog } = this.#order
    return this.child.ask('start', { target, plan: this.#plan, seed, backlog })
  }
}
