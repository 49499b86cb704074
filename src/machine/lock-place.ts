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
  /** Who has the lock, null when that one does not say who it is; undefined when nobody has it. */
  holder(): Promise<LockHolder | null | undefined>
}
