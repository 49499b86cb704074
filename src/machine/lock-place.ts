/** What measures on this machine now. */
export interface LockHolder {
  pid: number
  /** What it measures, as "scenario smoke". */
  what: string
  /** ISO 8601, UTC. */
  since: string
}

/** A lock that this process has. */
export interface MachineLock {
  /** Gives it back before the process ends. */
  release(): void
}

/** A lock that another process has. */
export interface TakenLock {
  /** Null when it does not say who it is. */
  holder: LockHolder | null
  /** Resolves when the lock may be free, or at the signal. */
  wait(signal: AbortSignal): Promise<void>
}

/** Where a lock is kept. */
export interface LockPlace {
  /** Takes the lock, or says who has it. */
  claim(own: LockHolder): Promise<MachineLock | TakenLock>
  /** The holder of the lock, null when it does not identify itself; undefined when the lock is free. */
  holder(): Promise<LockHolder | null | undefined>
}
