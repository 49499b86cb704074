import { transportOf } from '../../core/transports/registry.ts'
import { runUndisturbedTrial, type KnownTrial } from '../known-trial.ts'
import { expectedLatencyUs, type StopWindow } from '../oracle.ts'

/** What one planted defect should have shown on one transport, and what the harness said. */
export interface Detection {
  /** S1 to S14 of docs/detection-matrix.md; "none" for the control, in which nothing is planted. */
  id: string
  defect: string
  /** The figure of the result that must name it. */
  meter: string
  /** From the plan by arithmetic, never from the saboteur. */
  expected: string
  measured: string
  isNamed: boolean
  /** Why this meter has nothing to say of this defect here; then it is neither named nor missed. */
  doesNotApply?: string
}

/** One kind of defect, tried on one transport. */
export type Sabotage = (transport: string) => Promise<Detection[]>

export const clientCount = 20
const pollIntervalMs = 90

/** The module URL of a server with these defects planted. */
export function saboteurUrl(transport: string, defects: readonly string[], plan: Record<string, string | number> = {}): string {
  const url = new URL('../../../servers/sabotage/saboteur.js', import.meta.url)
  url.searchParams.set('transport', transport)
  for (const defect of defects) url.searchParams.append('defect', defect)
  for (const [key, value] of Object.entries(plan)) url.searchParams.set(key, String(value))
  return url.href
}

export interface SabotagedTrial {
  transport: string
  /** Absent = the transport's own server. */
  serverUrl?: string | undefined
  messagesPerSecond: number
  warmUpMs?: number
  measuredMs: number
  pollIntervalMs?: number
  /** How often a disturbed trial is run at most; 1 where the figure bears it, as counts do. */
  tryLimit?: number | undefined
}

/**
 * A short trial with constant arrivals and without heartbeats, so that every count follows from the plan; run again where
 * other processes disturbed it.
 */
export function runSabotaged(trial: SabotagedTrial): Promise<KnownTrial> {
  const { transport, serverUrl, messagesPerSecond, measuredMs } = trial
  return runUndisturbedTrial(
    {
      transport,
      options: {
        ...(transport === 'short-poll' ? { pollIntervalMs: trial.pollIntervalMs ?? pollIntervalMs } : {}),
        ...transportOf(transport).withoutHeartbeats,
      },
      clientCount,
      traffic: { messagesPerSecondPerChannel: messagesPerSecond, messageBytes: 300 },
      warmUpMs: trial.warmUpMs ?? 500,
      measuredMs,
      serverUrl,
    },
    trial.tryLimit,
  )
}

/** The least latency of each pair of such a trial, by the oracle. */
export function idealOf({ dueAtUs, seed }: KnownTrial, transport: string, intervalMs = pollIntervalMs, stops: readonly StopWindow[] = []) {
  return expectedLatencyUs({ dueAtUs, stops, ...(transport === 'short-poll' ? { poll: { intervalMs, seed } } : {}) })
}

/** A defect that its meter should have named and did not, or a control in which something was found. */
export function isMissed({ isNamed, doesNotApply }: Detection): boolean {
  return !isNamed && doesNotApply === undefined
}

/** A defect that cannot show in this meter, with the reason. */
export function notHere(row: Pick<Detection, 'id' | 'defect' | 'meter'>, reason: string): Detection {
  return { ...row, expected: 'none', measured: 'none', isNamed: false, doesNotApply: reason }
}

/** Where nothing is planted. */
export const nothing = { id: 'none', defect: 'no defect' }

/** A count that must be 0, since nothing is planted. */
export function none(meter: string, measured: number): Detection {
  return { ...nothing, meter, expected: '0', measured: String(measured), isNamed: measured === 0 }
}

/** A count that must be met exactly. */
export function exactly(id: string, defect: string, meter: string, expected: number, measured: number | null): Detection {
  return { id, defect, meter, expected: String(expected), measured: String(measured), isNamed: expected > 0 && measured === expected }
}

/** A figure that must lie in a range, ends included. */
export function within(
  row: Pick<Detection, 'id' | 'defect' | 'meter'>,
  [low, high]: readonly [number, number],
  measured: number | null,
  unit: string,
): Detection {
  return {
    ...row,
    expected: `${low} to ${high} ${unit}`.trimEnd(),
    measured: measured === null ? 'not measured' : `${Number(measured.toPrecision(4))} ${unit}`.trimEnd(),
    isNamed: measured !== null && measured >= low && measured <= high,
  }
}
