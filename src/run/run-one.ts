import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
export async function runOne<Value>(
  request: Omit<SpecRequest, 'workDir' | 'ownNamespace' | 'deliveriesFile'>,
  { signal, notify, keepsDeliveries, prepare }: RunOneOptions,
  use: (trial: TrialResult, spec: TrialSpec) => Value,
): Promise<Value> {
  const namespace = findNamespace()
  const workDir = mkdtempSync(join(tmpdir(), 'trial-'))
  try {
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
  } finally {
    rmSync(workDir, { recursive: true, force: true })
  }
}

function prepared(prepare: string | undefined, command: readonly string[]): readonly string[] {
  return prepare === undefined ? command : ['sh', '-c', `${prepare} && exec "$@"`, 'sh', ...command]
}
