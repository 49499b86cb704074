import { harnessError } from '../core/errors.ts'
import { fileLock } from './file-lock.ts'
import type { LockHolder, LockPlace, MachineLock } from './lock-place.ts'
import { socketLock } from './socket-lock.ts'

/** The variable that names another lock: tests then neither wait for a run of the user nor hold it up. */
export const lockVariable = 'TRANSPORT_BENCH_LOCK'
const usualName = 'transport-bench'

/**
 * The lock of this machine. Abstract sockets belong to a network namespace: the command takes the lock itself, before any
 * trial has one of its own, and two containers do not see each other's.
 */
export function lockPlace(name = process.env[lockVariable] || usualName): LockPlace {
  return process.platform === 'linux' ? socketLock(name) : fileLock(`/tmp/${name}.lock`)
}

/** How the lock is asked for. */
export interface LockRequest {
  /** What will be measured, as "scenario smoke". */
  what: string
  /** Do not wait for another. */
  refuses: boolean
  /** Ends the wait. */
  signal: AbortSignal
  /** Called before each wait, with who has the lock. */
  onWait(holder: string): void
}

/**
 * Takes the lock of this machine until this process ends, once no other process has it.
 *
 * @returns null when the signal ended the wait
 * @throws {HarnessError} ERR_LOCK_HELD when another has it and `refuses` is set
 */
export async function takeMachineLock({ what, refuses, signal, onWait }: LockRequest, place = lockPlace()): Promise<MachineLock | null> {
  while (!signal.aborted) {
    const claim = await place.claim({ pid: process.pid, what, since: new Date().toISOString() })
    if ('release' in claim) return claim
    const holder = holderText(claim.holder)
    if (refuses)
      throw harnessError(
        'ERR_LOCK_HELD',
        `${what}: another run is measuring on this machine: ${holder}. Leave out --no-wait to wait until it ends.`,
      )
    onWait(holder)
    await claim.wait(signal)
  }
  return null
}

/** `pid 4711, scenario smoke, since 2026-11-28 05:01:12 UTC`. */
export function holderText(holder: LockHolder | null): string {
  if (holder === null) return 'an unidentified process'
  const { pid, what, since } = holder
  return `pid ${pid}, ${what}, since ${since.slice(0, 19).replace('T', ' ')} UTC`
}
