import type { Contender, Transport } from '../transport.ts'
import { longPoll } from './long-poll.ts'
import { shortPoll } from './short-poll.ts'
import { sse } from './sse.ts'
import { websocket } from './websocket.ts'

const all = [shortPoll, longPoll, sse, websocket] as const

export type TransportId = (typeof all)[number]['id']

/** Every transport that the harness knows, in the order in which they are shown. */
export const registry: readonly Transport[] = all

/** The transport of this id; the scenario schema has already refused any other. */
export function transportOf(id: string): Transport {
  return registry.find((entry) => entry.id === id)!
}

/**
 * A contender with all options of its transport, the defaults filled in; without a label it is called by its transport.
 *
 * @throws {z.ZodError} for an option that the transport does not have or take
 */
export function contenderOf(transport: string, options: Record<string, unknown> = {}): Contender {
  return { label: transport, ...transportOf(transport).options.parse({ transport, ...options }) } as Contender
}
