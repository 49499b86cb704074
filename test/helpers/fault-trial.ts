import assert from 'node:assert/strict'
import { runKnownTrial, type KnownTrial, type KnownTrialOptions } from '../../src/calibrate/known-trial.ts'
import { reasonsOfItsOwn } from './machine-gates.ts'

/** Short waits, so that a storm is over within the window. */
export const retry = { backoffBaseMs: 100, backoffFactor: 2, backoffCapMs: 1_000, backoffJitterRatio: 0.2 }

/** The four transports with options under which a fault shows within seconds. */
export const contenders: Readonly<Record<string, Record<string, unknown>>> = {
  'short-poll': { ...retry, pollIntervalMs: 500 },
  'long-poll': { ...retry, holdTimeMs: 5_000 },
  sse: { ...retry, heartbeatMs: 1_000 },
  websocket: { ...retry, heartbeatMs: 1_000 },
}

/** A trial of 20 messages/s to everybody with these faults. */
export function faultTrial(
  transport: string,
  known: Omit<KnownTrialOptions, 'transport' | 'traffic'> & Partial<Pick<KnownTrialOptions, 'traffic'>>,
): Promise<KnownTrial> {
  return runKnownTrial({
    transport,
    traffic: { messagesPerSecondPerChannel: 20 },
    ...known,
    options: { ...contenders[transport], ...known.options },
  })
}

/** No gate of the traffic itself may find anything: a planned fault is nobody's fault. */
export function assertNoTrafficGate({ trial }: KnownTrial): void {
  assert.deepEqual(reasonsOfItsOwn(trial), [])
}
