import TinyQueue from 'tinyqueue'
import { nowUs } from '../src/core/clock.ts'
import { harnessError } from '../src/core/errors.ts'
import { maxTimerMs, usPerMs } from '../src/core/units.ts'
import type { Cancel } from './contract.ts'

/** A storm of timers that are due at once gives way to what the sockets have after so long: the host must not stand still. */
const turnUs = 5_000

interface Entry {
  atUs: number
  run: ((atUs: number) => void) | undefined
}

/**
 * All timers of a client host behind one Node timer: a heap by due instant. Nothing fires before it is due; how late it
 * fires is up to the event loop (Node rounds to 1 ms). A delay above 2^31 − 1 ms, which Node would turn into 1 ms, is
 * waited for in parts; `Infinity` never comes.
 */
export class Timers {
  readonly #queue = new TinyQueue<Entry>([], (a, b) => a.atUs - b.atUs)
  #timer: NodeJS.Timeout | undefined
  #armedAtUs = Number.POSITIVE_INFINITY
  #isStopped = false

  /** @throws {HarnessError} ERR_HARNESS if the delay is not a number */
  after(delayMs: number, run: () => void): Cancel {
    if (Number.isNaN(delayMs)) throw harnessError('ERR_HARNESS', 'timers: a delay must be a number of ms, got NaN.')
    return this.#add({ atUs: nowUs() + delayMs * usPerMs, run })
  }

  /**
   * Ticks at phase + k × interval on the clock, from the next such instant on. A late tick is not made up by a shift.
   *
   * @throws {HarnessError} ERR_HARNESS if the interval is not a finite number above 0: it would tick for ever at once
   */
  every(intervalMs: number, phaseRatio: number, tick: (slotAtUs: number) => void): Cancel {
    if (!(intervalMs > 0 && Number.isFinite(intervalMs))) {
      throw harnessError('ERR_HARNESS', `timers: an interval must be a finite number of ms above 0, got ${intervalMs}.`)
    }
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

  /** Ends all timers for good; what is asked for later never fires. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#queue.data = []
    this.#queue.length = 0
  }

  #add(entry: Entry): Cancel {
    if (this.#isStopped) return () => undefined
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
    const delayMs = Math.max(0, Math.ceil((next.atUs - nowUs()) / usPerMs))
    this.#timer = setTimeout(() => this.#fire(), Math.min(maxTimerMs, delayMs))
  }

  #fire(): void {
    // Until the last of them has run nothing else is armed.
    this.#armedAtUs = Number.NEGATIVE_INFINITY
    const startedAtUs = nowUs()
    for (let next = this.#queue.peek(); next !== undefined && next.atUs <= nowUs(); next = this.#queue.peek()) {
      if (nowUs() - startedAtUs > turnUs) return void setImmediate(() => this.#fire())
      this.#queue.pop()
      next.run?.(next.atUs)
    }
    this.#armedAtUs = Number.POSITIVE_INFINITY
    this.#arm()
  }
}
