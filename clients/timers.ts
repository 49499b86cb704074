import { nowUs } from '../src/core/clock.ts'
import { harnessError } from '../src/core/errors.ts'
import { TimerQueue, type TimerEntry } from '../src/core/timer-queue.ts'
import { usPerMs } from '../src/core/units.ts'
import type { Cancel } from './contract.ts'

/** A storm of timers that are due at once gives way to what the sockets have after so long: the host must not stall. */
const turnUs = 5_000

/** All timers of a client host. Nothing fires before it is due. */
export class Timers {
  readonly #queue = new TimerQueue({ turnUs })

  /** @throws {HarnessError} ERR_HARNESS if the delay is not a number */
  after(delayMs: number, run: () => void): Cancel {
    if (Number.isNaN(delayMs)) throw harnessError('ERR_HARNESS', 'timers: a delay must be a number of ms, got NaN.')
    return cancelOf(this.#queue.at(nowUs() + delayMs * usPerMs, run))
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
    const firstAtUs = (Math.floor((nowUs() - phaseUs) / intervalUs) + 1) * intervalUs + phaseUs
    const entry = this.#queue.at(firstAtUs, (slotAtUs) => {
      this.#queue.again(entry, slotAtUs + intervalUs)
      tick(slotAtUs)
    })
    return cancelOf(entry)
  }

  /** Ends all timers for good; what is asked for later never fires. */
  stop(): void {
    this.#queue.stop()
  }
}

function cancelOf(entry: TimerEntry): Cancel {
  return () => {
    entry.run = undefined
  }
}
