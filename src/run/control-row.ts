import type { ResultDocument, TrialResult } from '../core/result.ts'
import { controlPhases } from '../scenario/plan.ts'

/** What ingest alone costs the server, from a trial without clients: shown beside the figures, never taken off them. */
export function controlRow(trial: TrialResult, messagesPerSecond: number): NonNullable<ResultDocument['calibration']['control']> {
  const { cpuMsPerSecond: cpu, reasons: whyNoCpu } = trial.server.processor
  const { p99: lag, reasons: whyNoLag } = trial.publisherLagUs
  return {
    messagesPerSecond,
    durationMs: controlPhases.measuredMs,
    serverCpuMsPerSecond: cpu,
    publisherLagP99Us: lag,
    reasons: {
      ...(cpu === null ? { serverCpuMsPerSecond: whyNoCpu['cpuMsPerSecond'] ?? 'not measured' } : {}),
      ...(lag === null ? { publisherLagP99Us: whyNoLag['p99'] ?? 'not measured' } : {}),
    },
  }
}
