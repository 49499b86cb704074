/** Exit codes of the command (design: 0 done, undecided too; these win over anything else written). */
export const exitCodes = {
  done: 0,
  fault: 1,
  usage: 2,
  process: 3,
  limit: 4,
  noValidTrial: 5,
  interrupted: 130,
  terminated: 143,
} as const

/** Every error of the harness with the exit code that it ends the command with. docs/errors.md explains each one. */
export const errorCodes = {
  ERR_USAGE: exitCodes.usage,
  ERR_SCENARIO_INVALID: exitCodes.usage,
  ERR_SCENARIO_UNKNOWN: exitCodes.usage,
  ERR_CONTENDER_OPTION: exitCodes.usage,
  ERR_LIMIT_DESCRIPTORS: exitCodes.usage,
  ERR_LIMIT_PORTS: exitCodes.usage,
  ERR_LIMIT_MEMORY: exitCodes.usage,
  ERR_RESULT_UNWRITABLE: exitCodes.usage,
  ERR_TEMPORARY_FOLDER: exitCodes.usage,
  ERR_PLATFORM: exitCodes.usage,
  ERR_RESULT_INVALID: exitCodes.usage,
  ERR_WORKLOAD_INVALID: exitCodes.usage,
  ERR_PROFILE_MISSING: exitCodes.usage,
  ERR_PROFILE_INVALID: exitCodes.usage,
  ERR_PORT_IN_USE: exitCodes.usage,
  ERR_LOCK_HELD: exitCodes.usage,
  ERR_SCHEDULE_RATE: exitCodes.fault,
  ERR_RESULT_DISK: exitCodes.fault,
  ERR_CHART_FONT: exitCodes.fault,
  ERR_CHART_CANVAS: exitCodes.fault,
  ERR_WIRE: exitCodes.fault,
  ERR_LEDGER: exitCodes.fault,
  ERR_HARNESS: exitCodes.fault,
  ERR_CHILD_START: exitCodes.process,
  ERR_PROFILE_POINTS: exitCodes.process,
  ERR_CHILD_DIED: exitCodes.process,
  ERR_CHILD_SILENT: exitCodes.process,
  ERR_SERVER_FOREIGN: exitCodes.process,
} as const

export type ErrorCode = keyof typeof errorCodes

/**
 * The one error type of the harness. Its message reads "code: where: what is wrong, with the value got and what is
 * allowed. What to do."; `exitCode` is what the command ends with.
 */
export class HarnessError extends Error {
  readonly code: ErrorCode
  readonly exitCode: number

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(`${code}: ${message}`, options)
    this.name = 'HarnessError'
    this.code = code
    this.exitCode = errorCodes[code]
  }
}

/** Makes an error of the harness; the only constructor of `HarnessError`, so that every message has a code that docs/errors.md knows. */
export function harnessError(code: ErrorCode, message: string, cause?: unknown): HarnessError {
  return new HarnessError(code, message, cause === undefined ? undefined : { cause })
}

/** The text of whatever was thrown, for a message that must not throw again. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
