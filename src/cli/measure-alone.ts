import { exitCodes } from '../core/errors.ts'
import { checkTemporaryFolder } from '../core/files.ts'
import { takeMachineLock } from '../machine/machine-lock.ts'
import { checkPlatform } from '../machine/platform.ts'
import { noteLeftOut } from './left-out.ts'
import { note } from './output.ts'
import { listenForStop } from './stop-signals.ts'

/** `--no-wait` and `--no-lock`, as commander keeps them. */
export interface LockFlags {
  wait?: boolean | string
  lock?: boolean | string
}

/**
 * Runs what measures while this process has the lock of the machine, which it keeps until it ends: reports are drawn under
 * it too. A signal ends the wait for another run. Says what is not measured on this system, and what of its environment the
 * processes do not get.
 *
 * @param what will be measured, as "scenario smoke"
 * @param measure is given whether the lock was taken
 * @returns what `measure` returns, or the exit code of the signal
 * @throws {HarnessError} ERR_PLATFORM; ERR_LOCK_HELD with `--no-wait`, when another run has it; ERR_TEMPORARY_FOLDER
 */
export async function measureAlone(
  what: string,
  { wait, lock }: LockFlags,
  measure: (hasLock: boolean) => Promise<number>,
): Promise<number> {
  const part = checkPlatform()
  checkTemporaryFolder()
  if (part !== null) await note(`${part}\n`)
  await noteLeftOut()
  if (lock === false) return measure(false)
  const stop = listenForStop()
  const taken = await takeMachineLock({
    what,
    refuses: wait === false,
    signal: stop.signal,
    onWait: (holder) =>
      void note(`waiting for another run on this machine to end: ${holder}. With --no-wait, the command exits instead.\n`),
  }).finally(stop.release)
  return taken === null ? (stop.exitCode() ?? exitCodes.fault) : measure(true)
}
