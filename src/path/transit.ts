import type { NetworkPlan } from '../core/links.ts'
import type { Random } from '../core/random.ts'
import { bitsPerByte, usPerMs, usPerSecond } from '../core/units.ts'

/**
 * When what enters a line leaves it: first the line's rate, which one piece takes after the other, then the delay and a
 * seeded part of the jitter. Never before what entered earlier, so that nothing is reordered.
 */
export class Transit {
  readonly #plan: NetworkPlan
  readonly #random: Random
  #sentAtUs = 0
  #arrivedAtUs = 0

  constructor(plan: NetworkPlan, random: Random) {
    this.#plan = plan
    this.#random = random
  }

  /** The instant at which the last of so many bytes, handed over at `atUs`, arrives. */
  arrivalAtUs(atUs: number, byteCount: number): number {
    const { delayMs, jitterMs, bandwidthBitsPerSecond } = this.#plan
    const sendUs = bandwidthBitsPerSecond === undefined ? 0 : (byteCount * bitsPerByte * usPerSecond) / bandwidthBitsPerSecond
    this.#sentAtUs = Math.max(this.#sentAtUs, atUs) + sendUs
    const jitterUs = jitterMs === 0 ? 0 : this.#random() * jitterMs * usPerMs
    this.#arrivedAtUs = Math.max(this.#arrivedAtUs, this.#sentAtUs + delayMs * usPerMs + jitterUs)
    return this.#arrivedAtUs
  }
}
