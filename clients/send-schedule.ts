import type { SendSpec, SentReport } from '../src/core/client-work.ts'
import { Pacer } from '../src/core/pacer.ts'
import { payloadMaker } from '../src/core/payload.ts'

/** What the clients of this host have to send, each message at its due instant. It does not spin, since its clients have to be served too. */
export class SendSchedule {
  readonly pacer: Pacer
  readonly #sequences: Uint32Array
  readonly #sentAtUs: Float64Array

  /** @param send hands a message to the client of this index */
  constructor({ offsetsUs, sequences, clients, messageBytes }: SendSpec, seed: number, send: (client: number, data: string) => void) {
    const payloadOf = payloadMaker(messageBytes, seed)
    const sentAtUs = new Float64Array(offsetsUs.length).fill(Number.NaN)
    this.pacer = new Pacer({
      offsetsUs,
      act: (at, _end, atUs) => {
        sentAtUs[at] = atUs
        send(clients[at]!, payloadOf(sequences[at]!))
      },
    })
    this.#sequences = sequences
    this.#sentAtUs = sentAtUs
  }

  report(): SentReport {
    return { sequences: this.#sequences, atUs: this.#sentAtUs }
  }
}
