import type { ClientHostControl } from '../core/client-host-control.ts'
import type { AnswerOf, Child, RequestOf } from '../machine/child.ts'
import { freeLocalPortCount } from '../machine/local-ports.ts'
import { MemberProcess, type Member } from '../machine/member.ts'

type Questions = ClientHostControl

/** A process that hosts clients, however it is reached. */
export interface ClientHost extends Member, Pick<Child<Questions>, 'ask' | 'onNotice'> {}

/** What the machine that hosts clients still has to give. */
export interface ClientMachineFacts {
  /** Local ports that no connection uses; null where the machine does not say. */
  freePortCount: number | null
}

/**
 * The processes that host clients. `LocalClientHosts` starts them on this machine; another implementation may reach them
 * over another channel. Clients are shared out over `hosts` evenly and in order.
 */
export interface ClientHosts {
  readonly hosts: readonly ClientHost[]
  /**
   * Asks all hosts at once; answers come in the order of the hosts.
   *
   * @param request the same for all, or made for each by its index
   */
  ask<Name extends keyof Questions>(
    name: Name,
    request: RequestOf<Questions[Name]> | ((index: number) => RequestOf<Questions[Name]>),
    deadlineMs?: number,
  ): Promise<AnswerOf<Questions[Name]>[]>
  facts(): Promise<ClientMachineFacts>
}

/** Client hosts as processes of this machine, asked over Node's IPC channel. */
export class LocalClientHosts implements ClientHosts {
  readonly hosts: readonly MemberProcess<Questions>[]

  /** @param command starts one host */
  constructor(role: 'client-host' | 'probe-host', count: number, command: readonly string[]) {
    const name = role.replace('-', ' ')
    this.hosts = Array.from(
      { length: count },
      (_, index) => new MemberProcess<Questions>(role, index, role === 'probe-host' ? name : `${name} ${index}`, command),
    )
  }

  ask: ClientHosts['ask'] = (name, request, deadlineMs) => {
    const requestOf = (typeof request === 'function' ? request : () => request) as (index: number) => RequestOf<Questions[typeof name]>
    return Promise.all(this.hosts.map((host, index) => host.ask(name, requestOf(index), deadlineMs)))
  }

  facts(): Promise<ClientMachineFacts> {
    return Promise.resolve({ freePortCount: freeLocalPortCount()?.freeCount ?? null })
  }
}
