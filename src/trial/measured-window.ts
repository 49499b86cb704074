import { nowUs } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import { samplePeriodMs } from './sampler.ts'

/** Time for word of a new end to reach all processes of the trial before it. */
const leadMs = 50

/** The measured window of a trial: two instants, the second of which can be brought forward once while the window is open. */
export class MeasuredWindow {
  fromAtUs = Number.POSITIVE_INFINITY
  untilAtUs = Number.POSITIVE_INFINITY
  /** The end as planned, when it was brought forward. */
  plannedUntilAtUs: number | undefined
  #tellAll: (untilAtUs: number) => void = () => undefined

  get isClosedEarly(): boolean {
    return this.plannedUntilAtUs !== undefined
  }

  /** @param tellAll sends the new end to every process that measures, so that all use the same one */
  plan(fromAtUs: number, untilAtUs: number, tellAll: (untilAtUs: number) => void): void {
    this.fromAtUs = fromAtUs
    this.untilAtUs = untilAtUs
    this.#tellAll = tellAll
  }

  /**
   * Ends the window at its next sample: then every slice of the timeline is whole, and the sampler needs no word of it.
   *
   * @returns true when the window is open, so that there is something to keep
   */
  closeEarly(): boolean {
    const atUs = nowUs()
    if (this.isClosedEarly) return true
    if (atUs < this.fromAtUs || atUs >= this.untilAtUs) return false
    const periodUs = samplePeriodMs * usPerMs
    const nextSampleAtUs = this.fromAtUs + Math.ceil((atUs + leadMs * usPerMs - this.fromAtUs) / periodUs) * periodUs
    this.plannedUntilAtUs = this.untilAtUs
    this.untilAtUs = Math.min(nextSampleAtUs, this.untilAtUs)
    this.#tellAll(this.untilAtUs)
    return true
  }
}
