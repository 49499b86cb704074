import { fileURLToPath } from 'node:url'
import type { TrialResult } from '../core/result.ts'
import { harnessError } from '../core/errors.ts'
import { Child } from '../machine/child.ts'
import { withNodeOptions } from '../machine/child-environment.ts'
import type { TrialControl, TrialNotice, TrialSpec } from '../trial/trial-spec.ts'

const trialModule = fileURLToPath(new URL('./trial-host.js', import.meta.url))

/** Longest that an aborted trial may take to hand over what it measured; what the command needs for its reports comes on top. */
const partialAllowanceMs = 1_800

/** How a trial process is set apart and watched. */
export interface TrialIsolation {
  /** Puts the process into a network namespace of its own; absent = it shares the runner's. */
  enclose: ((command: readonly string[]) => string[]) | undefined
  /** Ends the trial: in its measured window with what was measured by then, otherwise without a result. */
  signal: AbortSignal
  notify(notice: TrialNotice): void
}

/**
 * Runs one trial in a process of its own.
 *
 * @returns after an abort the part that was measured, when the measured window was open
 * @throws {HarnessError} ERR_CHILD_DIED or ERR_CHILD_SILENT, with the last line of the process, also after an abort
 */
export async function runInProcess(spec: TrialSpec, { enclose, signal, notify }: TrialIsolation): Promise<TrialResult> {
  const command = withNodeOptions(spec.harnessNodeOptions, [process.execPath, trialModule])
  const child = new Child<TrialControl>('trial', enclose?.(command) ?? command, { ownSession: true })
  let patience: NodeJS.Timeout | undefined
  let isLate = false
  const abort = (): void => {
    patience = setTimeout(() => {
      isLate = true
      child.kill()
    }, partialAllowanceMs)
    void closesEarly(child).then((isClosing) => isClosing || child.kill())
  }
  signal.addEventListener('abort', abort)
  child.onNotice((notice) => notify(notice as TrialNotice))
  try {
    return await child.ask('run', spec, spec.timeouts.trialMs)
  } catch (error) {
    if (!isLate) throw error
    throw harnessError('ERR_CHILD_SILENT', 'trial: its processes were too busy to report their figures.')
  } finally {
    signal.removeEventListener('abort', abort)
    clearTimeout(patience)
    child.kill()
    await child.ended(1_000)
  }
}

function closesEarly(child: Child<TrialControl>): Promise<boolean> {
  return child.ask('closeWindow', undefined).catch(() => false)
}
