import { plannedWaits, type PlannedTrial } from './planned-waits.ts'

/** What the harness itself may take beside what is planned, in ms: for starting, for a busy machine, for what is under way. */
export const ownAllowances = {
  /** Launch, connects, drain and stop of a whole trial. */
  trialMs: 120_000,
  /** One step of connects. */
  stepMs: 60_000,
  /**
   * A step in which no connect comes to an end for so long is over: a server that answers no client, or refuses every client,
   * would hold the ramp for ever. A connect whose first packets are dropped is tried by the kernel after 1, 3 and 7 s.
   */
  connectMs: 8_000,
  /** The same after a step that was given up. */
  shortConnectMs: 1_000,
  /** Until the server has noticed that clients came or went. */
  noticeMs: 3_000,
  drainMs: 3_000,
  /** Until both sides have counted the requests that were under way. */
  agreeMs: 1_000,
} as const

export type OwnAllowances = Record<keyof typeof ownAllowances, number>

/** How long each process of a trial waits for another before it gives up, in ms. */
export interface TrialTimeouts extends OwnAllowances {
  /** What the path adds to every deadline of a client: a whole answer, on a new connection. */
  pathMs: number
}

/** The timeouts of a trial: what the harness allows itself, and on top of it what the scenario plans to wait. */
export function trialTimeouts(trial: PlannedTrial, own: OwnAllowances = ownAllowances): TrialTimeouts {
  const { warmUpMs, measuredMs } = trial.scenario.phases
  const { transitMs, connectMs, rampMs, deliveryMs, afterWindowMs, requestMs } = plannedWaits(trial)
  const drainMs = Math.max(own.drainMs, deliveryMs) + afterWindowMs
  const stepMs = own.stepMs + rampMs
  return {
    // Probes connect before the ramp, and all clients leave after the drain.
    trialMs: own.trialMs + connectMs + rampMs + warmUpMs + measuredMs + drainMs + 2 * transitMs,
    stepMs,
    connectMs: own.connectMs + connectMs,
    shortConnectMs: own.shortConnectMs + connectMs,
    noticeMs: own.noticeMs + transitMs,
    drainMs,
    agreeMs: own.agreeMs + transitMs,
    pathMs: requestMs,
  }
}
