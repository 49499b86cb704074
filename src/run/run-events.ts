import type { Scenario, ValueSources } from '../core/scenario.ts'
import type { ResultDocument, TrialResult } from '../core/result.ts'
import type { Warning } from '../core/warnings.ts'
import type { TrialNotice, TrialSpec } from '../trial/trial-spec.ts'
import type { runInProcess } from './trial-launch.ts'

/** Everything that one run needs. The caller has checked the scenario; the run checks the machine. */
export interface RunRequest {
  name: string
  scenario: Scenario
  sources: ValueSources
  /** What was found in the scenario; kept in the result. */
  warnings: readonly Warning[]
  /** Folder of this run; made by the caller, empty and writable. */
  resultDir: string
  /** Folder that holds the latest calibration; every result carries its state. */
  calibrationDir: string
  /** What the trials of a contender have instead of the usual. For calibration only; no scenario can ask for it. */
  specOf?: (label: string) => Partial<Pick<TrialSpec, 'serverUrl' | 'hosts'>>
  /** "auto": own network namespace per trial where the system allows it. "off": never. */
  namespace: 'auto' | 'off'
  /** Go on though the machine's limits say that not all clients will fit. */
  force: boolean
  /** Options of Node for servers and client hosts. */
  nodeOptions?: string
  /** False = another run may measure on this machine at the same time, which taints every trial. */
  hasLock?: boolean
  /** How often a trial that was spoilt from outside is repeated at the end of its block; absent = never. */
  retryCount?: number
  /** What runs a trial; the process of its own but in tests. */
  launch?: typeof runInProcess
  /** Why there is no control row: in a search every step would repeat it. */
  withoutControl?: string
  /** The command as typed, for the result document. */
  command: string
  /** Stops the run: children are ended, what was measured so far, also in an open window, becomes the result. */
  signal: AbortSignal
}

/** Events of a run in progress, in this order per trial: trial-started, phase …, then trial-ended or trial-failed. */
export type RunEvent =
  | { kind: 'planned'; plan: ResultDocument['plan']; trialCount: number }
  | { kind: 'trial-started'; contender: string; block: number; position: number; number: number }
  | TrialNotice
  | { kind: 'trial-ended'; trial: TrialResult }
  | { kind: 'trial-failed'; contender: string; block: number; message: string }
  | { kind: 'document'; document: ResultDocument }

export type RunObserver = (event: RunEvent) => void
