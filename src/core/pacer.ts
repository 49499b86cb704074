import { nowUs } from './clock.ts'
import { usPerMs } from './units.ts'

/** A timer may come 1 ms late; from here on a pacer that spins is on time. */
const spinUs = 1_200
/** Below this gap between events, spinning would take a core; a timer is used instead, and its lag is measured. */
const spinGapUs = 10_000
/** Where events are so far apart on average, those that are close are a burst: spinning to each costs little, and a timer could not keep their gaps. */
const sparseGapUs = 20_000

/** What a pacer does with events that are due. */
export interface PacedWork {
  /** Due instants after the start, in µs, ascending. */
  offsetsUs: Float64Array
  /**
   * Acts on the events from `first` to before `end`, which were found due at `atUs`; without `mostPerTurn` there is one,
   * due at `dueAtUs`.
   */
  act(first: number, end: number, atUs: number, dueAtUs: number): void
  /** Events that one call may be given where several are due. */
  mostPerTurn?: number
  /** Spins where that costs little. Only for a process that has nothing else to serve: the others have the lag of a timer, about 1 ms. */
  spins?: boolean
}

/**
 * Open loop: acts on each event at its due instant on the clock, never before it, and never later because something that
 * came of an earlier one is missing. Events that fell due while the process was busy are acted on at once.
 */
export class Pacer {
  readonly #work: PacedWork
  readonly #isSparse: boolean
  #startAtUs = Number.NaN
  #at = 0
  #endAtUs = Number.POSITIVE_INFINITY

  constructor(work: PacedWork) {
    this.#work = work
    const { offsetsUs } = work
    this.#isSparse = offsetsUs.length > 1 && (offsetsUs.at(-1)! - offsetsUs[0]!) / offsetsUs.length > sparseGapUs
  }

  run(startAtUs: number): void {
    this.#startAtUs = startAtUs
    this.#goOn()
  }

  /** When the next event that it will act on is due; Infinity when none is left, NaN before it runs. */
  get nextDueAtUs(): number {
    const dueAtUs = this.#dueAtUs(this.#at)
    return dueAtUs >= this.#endAtUs ? Number.POSITIVE_INFINITY : dueAtUs
  }

  /** Nothing that is due from `untilAtUs` on is acted on. */
  closeEarly(untilAtUs: number): void {
    this.#endAtUs = untilAtUs
  }

  #goOn(): void {
    for (let dueAtUs = this.#dueAtUs(this.#at); dueAtUs < this.#endAtUs; dueAtUs = this.#dueAtUs(this.#at)) {
      const at = this.#at
      const atUs = nowUs()
      const leftUs = dueAtUs - atUs
      if (leftUs <= 0) {
        const end = this.#endOfDue(at, atUs)
        this.#work.act(at, end, atUs, dueAtUs)
        this.#at = end
        continue
      }
      const spinnableUs = this.#maySpin(at) ? spinUs : 0
      if (leftUs <= spinnableUs) continue
      this.#sleep(leftUs - spinnableUs)
      return
    }
  }

  /** Down to whole ms: who wakes early sleeps again, and who wakes late is late. */
  #sleep(us: number): void {
    setTimeout(() => this.#goOn(), Math.max(1, Math.floor(us / usPerMs)))
  }

  /** Never, behind the last event. */
  #dueAtUs(at: number): number {
    return this.#startAtUs + (this.#work.offsetsUs[at] ?? Number.POSITIVE_INFINITY)
  }

  #endOfDue(first: number, atUs: number): number {
    const most = first + (this.#work.mostPerTurn ?? 1)
    let end = first + 1
    while (end < most && this.#dueAtUs(end) <= atUs && this.#dueAtUs(end) < this.#endAtUs) end++
    return end
  }

  #maySpin(at: number): boolean {
    const { offsetsUs, spins } = this.#work
    if (spins !== true) return false
    return this.#isSparse || at === 0 || offsetsUs[at]! - offsetsUs[at - 1]! > spinGapUs
  }
}
