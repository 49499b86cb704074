import { threadCpuUs } from './proc.ts'

/**
 * Processor time of one member of a trial, over all of its processes and their threads, in µs. It never falls: the kernel
 * forgets what a thread has used when it ends, and the account keeps it.
 */
export class CpuAccount {
  readonly #read: (pid: number) => Map<string, number> | null
  #living = new Map<string, number>()
  /** Of threads that have ended. Null until something was read. */
  #endedUs: number | null = null

  /** @param read processor time of each living thread of a process, in µs */
  constructor(read = threadCpuUs) {
    this.#read = read
  }

  /** So far. Null when it cannot be read. */
  read(pid: number): number | null {
    const living = this.#read(pid)
    if (living === null) return null
    this.#endedUs ??= 0
    for (const [thread, usedUs] of this.#living) {
      // Less than before: another thread has its number now.
      if ((living.get(thread) ?? -1) < usedUs) this.#endedUs += usedUs
    }
    this.#living = living
    return this.#totalUs()
  }

  /** The process is about to end: what it has used is kept, and the next reading is of another one. */
  endProcess(pid: number): void {
    this.read(pid)
    this.#endedUs = this.#totalUs()
    this.#living = new Map()
  }

  /** What ended processes have used, while no other runs in their place. */
  get endedUs(): number | null {
    return this.#endedUs
  }

  #totalUs(): number | null {
    if (this.#endedUs === null) return null
    return [...this.#living.values()].reduce((sum, usedUs) => sum + usedUs, this.#endedUs)
  }
}
