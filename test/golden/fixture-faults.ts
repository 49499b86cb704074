import type { FaultRecovery } from '../../src/core/fault-result.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { someTimes } from './fixture-trial.ts'

const sliceMs = 100
const sliceCount = 80
const clientCount = 1_000
/** Slice in which the server dies, and the slice from which on 40 clients come back in each. */
const killedAt = 20
const backFrom = { 'short-poll': 40, 'long-poll': 42, sse: 44, websocket: 46 } as const

/** Adds a server that is killed, and readers that stop: 1,000 clients that are away, and how they came back. */
export function madeUpFaults(trial: TrialResult): TrialResult {
  const from = backFrom[trial.transport as keyof typeof backFrom] + trial.block
  const backOf = (slice: number): number => (slice >= from && slice < from + 25 ? clientCount / 25 : 0)
  const slices = Array.from({ length: sliceCount }, (_, slice) => slice)
  const connectedCount = slices.map((slice) =>
    slice < killedAt ? clientCount : slices.slice(0, slice + 1).reduce((sum, before) => sum + backOf(before), 0),
  )
  const allMs = (from + 25 - killedAt) * sliceMs
  const none = { serverKeptMs: 'no client stopped reading', serverKeptCount: 'no client stopped reading' }
  const killed: FaultRecovery = {
    kind: 'server-kill',
    awayCount: clientCount,
    returnedCount: clientCount,
    attemptCount: 3 * clientCount,
    failedAttemptCount: 2 * clientCount,
    peakAttemptsPerSecond: 1_400,
    peakAttemptsPer100Ms: 180,
    peakConnectsPerSecond: 400,
    backAfterStartMs: { p50: allMs / 2, p99: allMs - 20, all: allMs, reasons: {} },
    backAfterEndMs: { p50: allMs / 2 - 1_000, p99: allMs - 1_020, all: allMs - 1_000, reasons: {} },
    dueWhileAwayCount: 250,
    recoveredCount: 249,
    missedCount: 1,
    serverKeptMs: null,
    serverKeptCount: null,
    reasons: none,
  }
  const notAll = {
    p50: 4_000,
    p99: null,
    all: null,
    reasons: { p99: '1 of 10 clients did not come back', all: '1 of 10 clients did not come back' },
  }
  const stalled: FaultRecovery = {
    ...killed,
    kind: 'slow-readers',
    awayCount: 10,
    returnedCount: 9,
    attemptCount: 9,
    failedAttemptCount: 0,
    peakAttemptsPerSecond: 9,
    peakAttemptsPer100Ms: 9,
    peakConnectsPerSecond: 9,
    backAfterStartMs: notAll,
    backAfterEndMs: notAll,
    dueWhileAwayCount: 0,
    recoveredCount: 0,
    missedCount: 0,
    serverKeptMs: 1_250,
    reasons: { serverKeptCount: 'clients that resumed reading may have reconnected' },
  }
  return {
    ...trial,
    // Of the others everything was live.
    ...(trial.transport === 'sse' ? { recoveredLatencyUs: someTimes(seededRandom(trial.block, 'recovered'), 249, 900_000) } : {}),
    connections: { ...trial.connections, resumeAcrossLogsCount: trial.transport === 'sse' ? clientCount : 0 },
    faults: [
      {
        kind: 'server-kill',
        plannedAtMs: 2_000,
        startMs: 2_001,
        endMs: 3_003,
        reachedCount: null,
        reasons: { reachedCount: 'it reaches every client' },
      },
      { kind: 'slow-readers', plannedAtMs: 6_000, startMs: 6_001, endMs: 7_502, reachedCount: 10, reasons: {} },
    ],
    serverLives: [
      {
        startMs: -3_000,
        endMs: 2_010,
        end: 'kill',
        requestCount: null,
        reasons: { requestCount: 'the counts of a killed server are lost with it' },
      },
      { startMs: 2_010, endMs: null, end: 'trial', requestCount: 4_000, reasons: { endMs: 'it ran to the end of the trial' } },
    ],
    recovery: {
      faults: [killed, stalled],
      duplicatedCount: 0,
      reconnects: {
        sliceMs,
        attemptCount: slices.map((slice) => (slice === killedAt + 5 || slice === killedAt + 12 ? clientCount : backOf(slice))),
        backCount: slices.map(backOf),
        connectedCount,
      },
    },
  }
}
