/** Every warning of the harness. docs/errors.md explains each one. */
export const warningCodes = [
  'WARN_NAMESPACE_SHARED',
  'WARN_PINNING_OFF',
  'WARN_COMPETING_LOAD',
  'WARN_ACCEPT_QUEUE',
  'WARN_PROCESSOR_QUOTA',
  'WARN_MACHINE_BUSY',
  'WARN_TRIAL_TAINTED',
  'WARN_TRIAL_INVALID',
  'WARN_TRIAL_FAILED',
  'WARN_LIMIT_UNJUDGED',
  'WARN_GATE_UNJUDGED',
  'WARN_PAIRS_FEW',
  'WARN_WINDOW_SHORT',
  'WARN_OPTION_SMALL',
  'WARN_LIMIT_IGNORED',
  'WARN_PORTS_AWAITED',
  'WARN_CHARTS_SKIPPED',
  'WARN_INTERRUPTED',
] as const

export type WarningCode = (typeof warningCodes)[number]

/** Something that the reader of a result must know. `message` says what happened, with figures, and what to do. */
export interface Warning {
  code: WarningCode
  message: string
}

/** Makes a warning; kept in the result document and shown in every report. */
export function warning(code: WarningCode, message: string): Warning {
  return { code, message }
}
