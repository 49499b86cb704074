import type { CheckedFigure, Profile, ProfilePoint, ValidationRow } from '../core/profile-result.ts'
import { msPerSecond } from '../core/units.ts'
import { isWhyOut } from '../metrics/validity.ts'
import type { Choice } from './model/choose.ts'
import { usualKeepAliveMs, type ModelTransport, type Workload } from './model/workload.ts'
import { cursorFormOf } from './model/framing.ts'
import { pointNamed, type DesignPoint } from './profile/design.ts'
import { measurePoint } from './profile/measure-point.ts'
import { trustedErrors, validate } from './profile/validate.ts'

const phases = { warmUpMs: 2_000, measuredMs: 8_000 }
const seed = 11
const mostAttempts = 3

/** An error beyond it is off. */
export const worstErrorRatio = trustedErrors.worstRatio

/** The prediction for one transport beside a trial of the stated workload, scaled to this machine. */
export interface VerifiedTransport extends Verification {
  transport: string
  scaleText: string
  status: string
  /** Why the trial failed; null where it did not. */
  why: string | null
  /** Null when the trial says nothing. */
  row: ValidationRow | null
}

/** What a trial says of a prediction. */
export interface Verification {
  verdict: 'holds' | 'off' | 'not judged'
  /** Figures that the model answers for and that are off by more than 25 %; none where it is not judged. */
  off: CheckedFigure[]
  /** What gates say of a trial that judges nothing; empty where that is not known. */
  doubts: string[]
}

/**
 * Runs the stated workload, scaled to this machine, by each transport that is not ruled out, and compares the prediction for the
 * scaled workload with what was measured. An abort ends it during the current trial, which is not reported.
 */
export async function* verifyChoice(
  choice: Choice,
  profile: Profile,
  { signal, onStart }: { signal: AbortSignal; onStart: (text: string) => void },
): AsyncGenerator<VerifiedTransport> {
  const out = new Set(choice.constraints.filter(({ kind }) => kind === 'ruled out').map(({ transport }) => transport))
  for (const { transport } of choice.predictions.filter((entry) => !out.has(entry.transport))) {
    const { point, scaleText } = scaledPoint(transport, choice.workload)
    onStart(`verifying ${transport}: ${point.name} (${scaleText})`)
    const measured = await measureUntilValid(point, signal).catch((error: unknown) => {
      if (signal.aborted) return null
      throw error
    })
    if (measured === null || signal.aborted) return
    const fitted = profile.transports.find((entry) => entry.transport === transport)!
    const [row = null] = validate(fitted, [measured], { measured: cursorFormOf(profile) })
    const why = measured.status === 'failed' ? (measured.reasons['measured'] ?? null) : null
    yield { transport, scaleText, status: measured.status, why, row, ...judgeVerification(row, measured.status) }
  }
}

/** Runs a point until no gate has a finding, three times at most. */
async function measureUntilValid(point: DesignPoint, signal: AbortSignal): Promise<ProfilePoint> {
  for (let attempt = 1; ; attempt++) {
    const measured = await measurePoint(point, { phases, seed, signal, use: 'verification' })
    if (attempt === mostAttempts || isFit(measured.status)) return measured
  }
}

/** An idle trial is unknown for lack of messages, and what it holds is known. */
function isFit(status: string): boolean {
  return status === 'valid' || status === 'unknown'
}

/** Judges a prediction by a trial without findings, and by the figures that the model promises. */
export function judgeVerification(row: ValidationRow | null, status: string): Verification {
  const doubts = [...new Set((row?.figures ?? []).map(({ reasons }) => reasons['measured'] ?? '').filter(isWhyOut))]
  const known = (row?.figures ?? []).filter(({ figure, errorRatio }) => isBound(figure) && errorRatio !== null)
  if (!isFit(status) || doubts.length > 0 || known.length === 0) return { verdict: 'not judged', off: [], doubts }
  const off = known.filter(({ errorRatio }) => errorRatio! > worstErrorRatio)
  return { verdict: off.length > 0 ? 'off' : 'holds', off, doubts }
}

function isBound(figure: string): boolean {
  return !figure.startsWith('deliveryLatency') && figure !== 'connectCpu'
}

/** What one generator core of a small machine drives without being the limit. */
const most = { clients: 5_000, deliveriesPerSecond: 5_000, pollsPerSecond: 2_000 } as const
const shortestPollMs = 10
/** A poll interval beyond it would not show within the measured window. */
const longestPollMs = 8_000

/**
 * A workload with as many clients as this machine can drive: rate, payload, interval and fan-out stay as they are, so that
 * what a client costs stays the same; a broadcast goes to all that are left.
 */
function scaledPoint(transport: ModelTransport, workload: Workload): { point: DesignPoint; scaleText: string } {
  const { clientCount, messagesPerSecondPerClient: rate, upstreamPerSecondPerClient: upstream } = workload
  const byDeliveries = rate === 0 ? Number.POSITIVE_INFINITY : most.deliveriesPerSecond / rate
  const pollIntervalMs = Math.round(Math.min(longestPollMs, Math.max(shortestPollMs, workload.pollIntervalMs)))
  const byPolls = transport === 'short-poll' ? (most.pollsPerSecond * pollIntervalMs) / msPerSecond : Number.POSITIVE_INFINITY
  const count = Math.max(1, Math.floor(Math.min(clientCount, most.clients, byDeliveries, byPolls)))
  const scaled: Workload = {
    ...workload,
    clientCount: count,
    pollIntervalMs,
    holdTimeMs: Math.round(workload.holdTimeMs),
    heartbeatMs: Math.round(workload.heartbeatMs),
    payloadBytes: Math.max(16, workload.payloadBytes),
    fanOut: workload.fanOut === 'broadcast' ? 'broadcast' : Math.min(workload.fanOut, count),
    // The harness sends either from a backend or from the clients.
    upstreamPerSecondPerClient: 0,
    roundTripMs: 0,
    keepAliveMs: usualKeepAliveMs,
    sessionSeconds: null,
    requestHeadBytes: null,
    instanceCount: 1,
  }
  const parts = [
    `${count} of ${clientCount} clients`,
    ...(upstream > 0 ? ['without what clients send'] : []),
    ...(workload.roundTripMs > 0 ? ['on the loopback'] : []),
    ...(pollIntervalMs !== Math.round(workload.pollIntervalMs) && transport === 'short-poll'
      ? [`an interval of ${pollIntervalMs} ms`]
      : []),
  ]
  return { point: pointNamed(transport, scaled, 'held out'), scaleText: parts.join(', ') }
}
