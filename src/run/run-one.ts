import { join } from 'node:path'
import { withTemporaryFolder } from '../core/files.ts'
import type { TrialResult } from '../core/result.ts'
import { findNamespace } from '../machine/namespace.ts'
import { trialSpec, type SpecRequest, type TrialNotice, type TrialSpec } from '../trial/trial-spec.ts'
import { runInProcess } from './trial-launch.ts'

/** How one trial is run, beside its spec. */
export interface RunOneOptions {
  signal?: AbortSignal
  notify?: (notice: TrialNotice) => void
  /** True = raw deliveries and schedule are kept until `use` has ended. */
  keepsDeliveries?: boolean
  /** Shell command that runs in the trial's namespace before the trial. */
  prepare?: string | undefined
}

/**
 * Runs one trial outside of a scenario: in its own network namespace where the system allows it, with a folder for its
 * files that is gone when it returns.
 *
 * @param use reads what the trial has left in the folder, `spec.workDir`
 * @throws {HarnessError} as `runInProcess`
 */
export function runOne<Value>(
  request: Omit<SpecRequest, 'workDir' | 'ownNamespace' | 'deliveriesFile'>,
  { signal, notify, keepsDeliveries, prepare }: RunOneOptions,
  use: (trial: TrialResult, spec: TrialSpec) => Value,
): Promise<Value> {
  return withTemporaryFolder('trial-', async (workDir) => {
    const namespace = findNamespace()
    const spec = trialSpec({
      ...request,
      workDir,
      ownNamespace: 'enclose' in namespace,
      deliveriesFile: keepsDeliveries === true ? join(workDir, 'deliveries.bin') : undefined,
    })
    const trial = await runInProcess(spec, {
      enclose: 'enclose' in namespace ? (command) => namespace.enclose(prepared(prepare, command)) : undefined,
      signal: signal ?? new AbortController().signal,
      notify: notify ?? (() => undefined),
    })
    return use(trial, spec)
  })
}

function prepared(prepare: string | undefined, command: readonly string[]): readonly string[] {
  return prepare === undefined ? command : ['sh', '-c', `${prepare} && exec "$@"`, 'sh', ...command]
}
