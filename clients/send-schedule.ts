import { nowUs } from '../src/core/clock.ts'
import type { SendOrder, SentReport } from '../src/core/client-work.ts'
import { payloadMaker } from '../src/core/payload.ts'
import { usPerMs } from '../src/core/units.ts'

/**
 * Sends what the clients of this host have to send, each at its due instant: never before it, and never later because an
 * answer is missing. It does not spin, since its clients have to be served too: a timer's lateness (about 1 ms) is lag.
 */
export class SendSchedule {
  readonly #order: SendOrder
  readonly #send: (client: number, data: string) => void
  readonly #payloadOf: (sequence: number) => string
  readonly #sentAtUs: Float64Array
  /** Nothing that is due from here on is sent. */
  #endAtUs = Number.POSITIVE_INFINITY

  /** @param send hands a message to the client of this index */
  constructor(order: SendOrder, seed: number, send: (client: number, data: string) => void) {
    this.#order = order
    this.#send = send
    this.#payloadOf = payloadMaker(order.messageBytes, seed)
    this.#sentAtUs = new Float64Array(order.offsetsUs.length).fill(Number.NaN)
  }

  run(startAtUs: number, from = 0): void {
    const { offsetsUs, sequences, clients } = this.#order
    let at = from
    for (; at < offsetsUs.length && startAtUs + offsetsUs[at]! < this.#endAtUs; at++) {
      const atUs = nowUs()
      const leftUs = startAtUs + offsetsUs[at]! - atUs
      if (leftUs > 0) {
        const resumeAt = at
        setTimeout(() => this.run(startAtUs, resumeAt), Math.max(1, Math.floor(leftUs / usPerMs)))
        return
      }
      this.#sentAtUs[at] = atUs
      this.#send(clients[at]!, this.#payloadOf(sequences[at]!))
    }
  }

  closeEarly(untilAtUs: number): void {
    this.#endAtUs = untilAtUs
  }

  report(): SentReport {
    return { sequences: this.#order.sequences, atUs: this.#sentAtUs }
  }
}
