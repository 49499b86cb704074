import type { WindowRequest } from './control.ts'

/** The hiccup meter's process. */
export interface HiccupControl {
  /** False when threads cannot be bound here: a meter that wanders would not say which processor stood still. */
  start(order: { cpus: number[] }): Promise<boolean>
  window(order: WindowRequest): void
  report(): Promise<HiccupReading[]>
}

/** By how much a light thread on one processor woke too late, back-filled, in µs. */
export interface HiccupReading {
  cpu: number
  maxUs: number
  p99Us: number
}
