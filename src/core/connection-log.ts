import { DeliveryRecorder, readDeliveries } from './recorder.ts'

/**
 * What happens to the connection of a client once it has subscribed. `failed`: a stream ended or a request failed, first
 * since the client was lost; it is missing where only an idle connection ended.
 */
export const connectionEventKinds = ['lost', 'attempt', 'back', 'failed'] as const

export type ConnectionEventKind = (typeof connectionEventKinds)[number]

export interface ConnectionEvent {
  kind: ConnectionEventKind
  client: number
  atUs: number
}

/**
 * When clients lost the server, tried to come back, and were back: 16 bytes an event, laid out as deliveries are, with the
 * kind instead of the message. Nothing is kept of a client that stays connected.
 */
export class ConnectionLog {
  readonly #records = new DeliveryRecorder()

  add(kind: ConnectionEventKind, client: number, atUs: number): void {
    this.#records.add(connectionEventKinds.indexOf(kind), client, atUs)
  }

  bytes(): Uint8Array {
    return this.#records.bytes()
  }
}

/** The events of a log, in their order. */
export function readConnectionEvents(bytes: Uint8Array): ConnectionEvent[] {
  return Array.from(readDeliveries(bytes), ({ message, client, receivedAtUs }) => ({
    kind: connectionEventKinds[message]!,
    client,
    atUs: receivedAtUs,
  }))
}
