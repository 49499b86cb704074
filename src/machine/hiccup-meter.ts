import { fileURLToPath } from 'node:url'
import type { WindowRequest } from '../core/control.ts'
import { messageOf } from '../core/errors.ts'
import type { TrialResult } from '../core/result.ts'
import { Child } from './child.ts'
import { boundCommand } from './pinning.ts'
import { allowedCores } from './proc.ts'

/** The hiccup meter's process. */
export interface HiccupControl {
  /** False when threads cannot be pinned here: a meter that moves between CPUs could not say which CPU was delayed. */
  start(order: { cpus: number[] }): Promise<boolean>
  window(order: WindowRequest): void
  report(): Promise<HiccupReading[]>
}

/** By how much a light thread on one processor woke too late, back-filled, in µs. */
export type HiccupReading = NonNullable<TrialResult['machine']['hiccups']>[number]

const hostModule = fileURLToPath(new URL('./hiccup-host.js', import.meta.url))
const endDeadlineMs = 1_000

/**
 * How long each processor let a light thread wait, beyond its sleep, in the measured window (after jHiccup): a lower
 * bound on what any process of the trial waited there. It never fails a trial: what it could not measure has a reason.
 */
export class HiccupMeter {
  readonly #host = new Child<HiccupControl>('hiccup meter', boundCommand([], [process.execPath, hostModule]))
  #failure: string | undefined

  async start(cpus = allowedCores()): Promise<void> {
    if (cpus.length === 0) this.#failure = 'the CPUs of this machine are unknown'
    else if ((await this.#try(() => this.#host.ask('start', { cpus }))) === false)
      this.#failure = 'threads cannot be pinned: taskset is missing, or the CPU is not available to this process'
  }

  async window(window: WindowRequest): Promise<void> {
    await this.#try(() => this.#host.ask('window', window))
  }

  /** What the window showed, by processor, and the end of the meter. */
  async report(): Promise<HiccupReading[] | { reason: string }> {
    const readings = await this.#try(() => this.#host.ask('report', undefined))
    this.#host.disconnect()
    await this.#host.ended(endDeadlineMs)
    return readings ?? { reason: this.#failure! }
  }

  kill(): void {
    this.#host.kill()
  }

  get pid(): number {
    return this.#host.pid
  }

  async #try<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
    if (this.#failure !== undefined) return undefined
    try {
      return await ask()
    } catch (error) {
      this.#failure = messageOf(error)
      return undefined
    }
  }
}
