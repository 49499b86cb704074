import TinyQueue from 'tinyqueue'
import { nowUs } from '../src/core/clock.ts'
import { usPerMs } from '../src/core/units.ts'
import type { Cancel } from './contract.ts'

interface Entry {
  atUs: number
  run: ((atUs: number) => void) | undefined
}

/**
 * All timers of a client host behind one Node timer: a heap by due instant. Nothing fires before it is due; how late it
 * fires is up to the event loop (Node rounds to 1 ms).
 */
export class Timers {
  readonly #queue = new TinyQueue<Entry>([], (a, b) => a.atUs - b.atUs)
  #timer: NodeJS.Timeout | undefined
  #armedAtUs = Number.POSITIVE_INFINITY

  after(delayMs: number, run: () => void): Cancel {
    return this.#add({ atUs: nowUs() + delayMs * usPerMs, run })
  }

  /** Ticks at phase + k × interval on the clock, from the next such instant on. A late tick is not made up by a shift. */
  every(intervalMs: number, phaseRatio: number, tick: (slotAtUs: number) => void): Cancel {
    const intervalUs = intervalMs * usPerMs
    const phaseUs = Math.floor(phaseRatio * intervalUs)
    const entry: Entry = {
      atUs: (Math.floor((nowUs() - phaseUs) / intervalUs) + 1) * intervalUs + phaseUs,
      run: (slotAtUs) => {
        entry.atUs = slotAtUs + intervalUs
        this.#queue.push(entry)
        tick(slotAtUs)
      },
    }
    return this.#add(entry)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#queue.data = []
    this.#queue.length = 0
  }

  #add(entry: Entry): Cancel {
    this.#queue.push(entry)
    this.#arm()
    return () => {
      entry.run = undefined
    }
  }

  #arm(): void {
    const next = this.#queue.peek()
    if (next === undefined || next.atUs >= this.#armedAtUs) return
    clearTimeout(this.#timer)
    this.#armedAtUs = next.atUs
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, Math.ceil((next.atUs - nowUs()) / usPerMs)))
  }

  #fire(): void {
    this.#armedAtUs = Number.POSITIVE_INFINITY
    for (let next = this.#queue.peek(); next !== undefined && next.atUs <= nowUs(); next = this.#queue.peek()) {
      this.#queue.pop()
      next.run?.(next.atUs)
    }
    this.#arm()
  }
}
