import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { usPerMs } from '../../core/units.ts'
import { nearestRank } from '../../metrics/quantiles.ts'
import { expectedLatencyUs, overheadsUs, type StopWindow } from '../oracle.ts'
import type { KnownTrial } from '../known-trial.ts'
import {
  clientCount,
  exactly,
  measuredSequences,
  pollIntervalMs,
  runSabotaged,
  saboteurUrl,
  within,
  type Detection,
  type Sabotage,
} from './detection.ts'

/** Node's timers may fire up to 1 ms early. */
const timerGrainMs = 1

/** S7 and S14 from one run: the server stands still for 1 s, and takes stamps of its own that know nothing of it. */
export const freezeSabotage: Sabotage = async (transport) => {
  const messagesPerSecond = 200
  const freezeAt = 300
  const freezeMs = 1_000
  const folder = mkdtempSync(join(tmpdir(), 'stamps-'))
  const stampsFile = join(folder, 'stamps.json')
  try {
    const plan = { freezeAt, freezeMs, stampsFile }
    const serverUrl = saboteurUrl(transport, ['stamp', 'freeze'], plan)
    const known = await runSabotaged({ transport, serverUrl, messagesPerSecond, measuredMs: 4_000 })
    const stamps = new Map(JSON.parse(readFileSync(stampsFile, 'utf8')) as [number, number][])
    const stoppedAtUs = known.dueAtUs[freezeAt]!
    const stop = { stoppedAtUs, resumedAtUs: stoppedAtUs + freezeMs * usPerMs }
    const stallMs = known.trial.server.loop.stallMaxUs! / usPerMs
    return [
      within({ id: 'S7', defect: 'freezes for 1 s', meter: 'stall of the server' }, [freezeMs, freezeMs + 60], stallMs, 'ms'),
      stampRow(known, stop, stamps, transport),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Its own stamps call a frozen server quick; due instants do not. */
function stampRow(known: KnownTrial, stop: StopWindow, stamps: ReadonlyMap<number, number>, transport: string): Detection {
  const expected = expectedLatencyUs(oracleInput(known, transport, [stop]))
  const sequences = measuredSequences(known)
  const ideal = sequences.flatMap((message) => Array.from({ length: clientCount }, (_, client) => expected(message, client)))
  const inWindow = new Set(sequences)
  const stamped = known.deliveries
    .filter(({ message }) => inWindow.has(message))
    .map(({ message, receivedAtUs }) => receivedAtUs - stamps.get(message)!)
  const [truth, ours, theirs] = [p99Ms(ideal), known.trial.deliveryLatencyUs.p99! / usPerMs, p99Ms(stamped)]
  return {
    id: 'S14',
    defect: 'stamps inside the server',
    meter: 'p99 from due, beside p99 from its stamps',
    expected: `${truth.toFixed(0)} to ${(truth + 60).toFixed(0)} ms`,
    measured: `${ours.toFixed(0)} ms; its own stamps say ${theirs.toFixed(0)} ms`,
    isNamed: ours >= truth && ours <= truth + 60 && theirs < truth / 2,
  }
}

/** S8: every hundredth message comes 100 ms late, and behind those that overtook it. */
export const delaySabotage: Sabotage = async (transport) => {
  const delayMs = 100
  const known = await runSabotaged({
    transport,
    serverUrl: saboteurUrl(transport, ['delay'], { delayMs }),
    messagesPerSecond: 200,
    measuredMs: 3_000,
  })
  const planted = measuredSequences(known).filter((sequence) => sequence % 100 === 0).length * clientCount
  // A poll comes at its slots only: there the least that a delay of 100 ms can cost is one interval.
  const leastUs = ((transport === 'short-poll' ? pollIntervalMs : delayMs) - timerGrainMs) * usPerMs
  const late = overheadsUs(known, expectedLatencyUs(oracleInput(known, transport))).filter((us) => us >= leastUs).length
  return [
    exactly('S8', 'delays 1 % by 100 ms', 'measured − oracle', planted, late),
    exactly('S8', 'delays 1 % by 100 ms', 'reordered', planted, known.trial.ledger.reorderedCount),
  ]
}

/** S9: messages leave in batches each 50 ms, so that each waits 25 ms on average. */
export const coalesceSabotage: Sabotage = async (transport) => {
  const batchMs = 50
  const known = await runSabotaged({
    transport,
    serverUrl: saboteurUrl(transport, ['coalesce'], { batchMs }),
    // No multiple of the batch, so that all phases of it are met.
    messagesPerSecond: 190,
    measuredMs: 3_000,
  })
  const overheads = overheadsUs(known, expectedLatencyUs(oracleInput(known, transport)))
  const meanMs = overheads.reduce((sum, us) => sum + us, 0) / overheads.length / usPerMs
  return [within({ id: 'S9', defect: 'coalesces in 50 ms batches', meter: 'measured − oracle, mean' }, [22, 32], meanMs, 'ms')]
}

/** S13: Nagle's algorithm and split writes, which cost a delayed acknowledgement of 40 ms. */
export const nagleSabotage: Sabotage = async (transport) => {
  const run = async (serverUrl: string | undefined): Promise<number> => {
    const known = await runSabotaged({
      transport,
      ...(serverUrl === undefined ? {} : { serverUrl }),
      messagesPerSecond: 10,
      // The kernel acknowledges the first segments of a connection at once.
      warmUpMs: 2_000,
      measuredMs: 2_000,
    })
    const overheads = overheadsUs(known, expectedLatencyUs(oracleInput(known, transport)))
    return nearestRank(Float64Array.from(overheads).toSorted(), 0.5)! / usPerMs
  }
  const row = { id: 'S13', meter: 'measured − oracle, p50' }
  return [
    within({ ...row, defect: 'Nagle with split writes' }, [32, 48], await run(saboteurUrl(transport, ['nagle'])), 'ms'),
    within({ ...row, id: 'none', defect: 'no defect' }, [0, 8], await run(undefined), 'ms'),
  ]
}

function oracleInput({ dueAtUs, seed }: KnownTrial, transport: string, stops: readonly StopWindow[] = []) {
  return { dueAtUs, stops, ...(transport === 'short-poll' ? { poll: { intervalMs: pollIntervalMs, seed } } : {}) }
}

function p99Ms(valuesUs: readonly number[]): number {
  return nearestRank(Float64Array.from(valuesUs).toSorted(), 0.99)! / usPerMs
}
