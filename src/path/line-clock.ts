import TinyQueue from 'tinyqueue'
import { nowUs } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'

/** Half of a timer's step: what is due within it goes now, so that a delay is as often too short as too long. */
const slackUs = 500

interface Entry {
  atUs: number
  run(): void
}

/** All instants of a relay behind one Node timer, each kept to ± 0.5 ms on an idle machine. Equal instants run in the order in which they were asked for. */
export class LineClock {
  readonly #queue = new TinyQueue<Entry & { order: number }>([], (a, b) => a.atUs - b.atUs || a.order - b.order)
  #timer: NodeJS.Timeout | undefined
  #armedAtUs = Number.POSITIVE_INFINITY
  #order = 0

  at(atUs: number, run: () => void): void {
    this.#queue.push({ atUs, run, order: this.#order++ })
    this.#arm()
  }

  after(delayUs: number, run: () => void): void {
    this.at(nowUs() + delayUs, run)
  }

  #arm(): void {
    const next = this.#queue.peek()
    if (next === undefined || next.atUs >= this.#armedAtUs) return
    clearTimeout(this.#timer)
    this.#armedAtUs = next.atUs
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, Math.round((next.atUs - nowUs() - slackUs) / usPerMs)))
  }

  #fire(): void {
    this.#armedAtUs = Number.POSITIVE_INFINITY
    for (let next = this.#queue.peek(); next !== undefined && next.atUs <= nowUs() + slackUs; next = this.#queue.peek()) {
      this.#queue.pop()
      next.run()
    }
    this.#arm()
  }
}
