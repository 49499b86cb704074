import { fileURLToPath } from 'node:url'
import type { TrialResult } from '../core/result.ts'
import { Child } from './child.ts'
import type { TrialControl, TrialNotice, TrialOrder } from './trial-order.ts'

const trialModule = fileURLToPath(new URL('./trial-host.js', import.meta.url))
/** Time for launch, connects, drain and stop, beside the planned phases. */
const launchAllowanceMs = 120_000

/** How a trial process is set apart and watched. */
export interface TrialIsolation {
  /** Puts the process into a network namespace of its own; absent = it shares the runner's. */
  enclose: ((command: readonly string[]) => string[]) | undefined
  /** Ends the trial and all its processes at once. */
  signal: AbortSignal
  notify(notice: TrialNotice): void
}

/**
 * Runs one trial in a process of its own.
 *
 * @throws {HarnessError} ERR_CHILD_DIED or ERR_CHILD_SILENT, with the last line of the process, also after an abort
 */
export async function runInProcess(order: TrialOrder, { enclose, signal, notify }: TrialIsolation): Promise<TrialResult> {
  const command = [process.execPath, trialModule]
  const child = new Child<TrialControl>('trial', enclose?.(command) ?? command)
  const abort = (): void => child.kill()
  signal.addEventListener('abort', abort)
  child.onNotice((notice) => notify(notice as TrialNotice))
  const { warmUpMs, measuredMs } = order.scenario.phases
  try {
    return await child.ask('run', order, launchAllowanceMs + warmUpMs + measuredMs)
  } finally {
    signal.removeEventListener('abort', abort)
    child.kill()
    await child.ended(1_000)
  }
}
