import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withTemporaryFolder } from '../../core/files.ts'
import { usPerMs } from '../../core/units.ts'
import { nearestRank } from '../../metrics/quantiles.ts'
import { inMs } from '../check.ts'
import { measuredDeliveries, measuredSequences, overheadOf, overheadsUs, type StopWindow } from '../oracle.ts'
import type { KnownTrial } from '../known-trial.ts'
import { clientCount, exactly, idealOf, notHere, runSabotaged, saboteurUrl, within, type Detection, type Sabotage } from './detection.ts'

/** Node's timers may fire up to 1 ms early. */
const timerGrainMs = 1
/** The stall meter cannot see where in its tick a stall began. */
const meterTickMs = 10
/** Frequent polls, so that few messages wait for their slot when the server freezes. */
const quickPollMs = 20

/** S7 and S14 from one run: the server stalls for 1 s, and its own timestamps do not show it. */
export const freezeSabotage: Sabotage = async (transport) => {
  const messagesPerSecond = 200
  const freezeAt = 300
  const freezeMs = 1_000
  return withTemporaryFolder('stamps-', async (folder) => {
    const stampsFile = join(folder, 'stamps.json')
    const plan = { freezeAt, freezeMs, stampsFile }
    const serverUrl = saboteurUrl(transport, ['stamp', 'freeze'], plan)
    const known = await runSabotaged({ transport, serverUrl, messagesPerSecond, measuredMs: 4_000, pollIntervalMs: quickPollMs })
    const stamps = new Map(JSON.parse(readFileSync(stampsFile, 'utf8')) as [number, number][])
    const stoppedAtUs = known.dueAtUs[freezeAt]!
    const stop = { stoppedAtUs, resumedAtUs: stoppedAtUs + freezeMs * usPerMs }
    const stallMs = known.trial.server.loop.stallMaxUs! / usPerMs
    return [
      within({ id: 'S7', defect: 'freezes for 1 s', meter: 'stall of the server' }, [freezeMs - meterTickMs, freezeMs + 60], stallMs, 'ms'),
      stampRow(known, stop, stamps, transport),
    ]
  })
}

/** Its own stamps call a frozen server quick; due instants do not. */
function stampRow(known: KnownTrial, stop: StopWindow, stamps: ReadonlyMap<number, number>, transport: string): Detection {
  const expected = idealOf(known, transport, quickPollMs, [stop])
  const ideal = measuredSequences(known).flatMap((message) => Array.from({ length: clientCount }, (_, client) => expected(message, client)))
  const stamped = measuredDeliveries(known).map(({ message, receivedAtUs }) => receivedAtUs - stamps.get(message)!)
  const [truth, ours, theirs] = [p99Ms(ideal), known.trial.deliveryLatencyUs.p99! / usPerMs, p99Ms(stamped)]
  return {
    id: 'S14',
    defect: 'takes timestamps inside the server',
    meter: 'p99 from due, compared with p99 from its timestamps',
    expected: `${truth.toFixed(0)} to ${(truth + 60).toFixed(0)} ms`,
    measured: `${ours.toFixed(0)} ms; by its own timestamps ${theirs.toFixed(0)} ms`,
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
    pollIntervalMs: quickPollMs,
  })
  const planted = measuredSequences(known).filter((sequence) => sequence % 100 === 0).length * clientCount
  // What is published in the very moment of a poll may miss it or be taken along, with or without a delay: one interval each.
  const leastUs = (delayMs - (transport === 'short-poll' ? 2 * quickPollMs : timerGrainMs)) * usPerMs
  const late = overheadsUs(known, idealOf(known, transport, quickPollMs)).filter((us) => us >= leastUs).length
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
  const { meanUs } = overheadOf(overheadsUs(known, idealOf(known, transport)))
  return [within({ id: 'S9', defect: 'coalesces in 50 ms batches', meter: 'measured − oracle, mean' }, [22, 32], inMs(meanUs), 'ms')]
}

/**
 * Ten messages a second: segments per delivery, and the median over the oracle, in ms.
 *
 * @param serverUrl absent = the transport's own server
 */
export async function sparseTrial(
  transport: string,
  serverUrl?: string,
  tryLimit?: number,
): Promise<{ segments: number | null; medianMs: number | null }> {
  const known = await runSabotaged({
    transport,
    serverUrl,
    messagesPerSecond: 10,
    // The kernel acknowledges the first segments of a connection at once.
    warmUpMs: 2_000,
    measuredMs: 2_000,
    tryLimit,
  })
  const { p50Us } = overheadOf(overheadsUs(known, idealOf(known, transport)))
  return { segments: known.trial.bytes.wireSegmentsPerDelivery, medianMs: inMs(p50Us) }
}

/**
 * S13: Nagle's algorithm and split writes. Each answer takes two more segments; where the client speaks right after each
 * answer, as in long polling, the second half also waits 40 ms for a delayed acknowledgement. A Linux client that only
 * reads acknowledges at once, so push does not wait.
 */
export const nagleSabotage: Sabotage = async (transport) => {
  const plain = await sparseTrial(transport)
  const nagled = await sparseTrial(transport, saboteurUrl(transport, ['nagle']))
  const plateau = { id: 'S13', defect: 'Nagle with split writes', meter: 'measured − oracle, p50' }
  const segments = { ...plateau, meter: 'segments per delivery, above the ordinary server' }
  return [
    nagled.segments === null || plain.segments === null
      ? notHere(segments, 'no network namespace of its own')
      : within(segments, [1.5, 4], nagled.segments - plain.segments, ''),
    transport === 'long-poll'
      ? within(plateau, [32, 48], nagled.medianMs, 'ms')
      : notHere(plateau, transport === 'short-poll' ? 'the client polls too late to delay it' : 'the client only reads'),
    within({ ...plateau, id: 'none', defect: 'no defect' }, [0, 8], plain.medianMs, 'ms'),
  ]
}

function p99Ms(valuesUs: readonly number[]): number {
  return nearestRank(Float64Array.from(valuesUs).toSorted(), 0.99)! / usPerMs
}
