import type { ClientHostControl, ClientHostReport } from '../../core/client-host-control.ts'
import { nowUs, sleepMs, sleepUntil } from '../../core/clock.ts'
import { payloadMaker } from '../../core/payload.ts'
import { usPerMs } from '../../core/units.ts'
import { keepLedger, owedCount, type LedgerOutcome } from '../../metrics/ledger.ts'
import { nearestRank } from '../../metrics/quantiles.ts'
import { withChild } from '../../machine/child.ts'
import { nodeCommand, shareCores } from '../../machine/pinning.ts'
import { contenderOf } from '../../core/transports/registry.ts'
import { hostModules, transportModules } from '../../trial/transport-modules.ts'
import { clientHostSpec } from '../../trial/trial-spec.ts'
import type { Finding } from '../../core/calibration-record.ts'
import { counted, unjudged, withinNeed, type Check } from '../check.ts'
import { allowedMs, PlainDeliveries, plainMs, type Pace } from '../plain-deliveries.ts'
import { withServer, type RawServer } from '../raw-server.ts'

const transport = 'long-poll'
const clientCount = 20
const messagesPerBurst = 3
const spacingUs = 200
/** A message that the next poll did not find would wait for the next burst: much longer than what is allowed. */
const burstGapUs = 150_000
const burstCounts = { quick: 50, full: 300 } as const
/** Until the code of server and clients is compiled; counted, but not held to the longest wait. */
const warmUpBurstCount = 5
const allowedTransits = 3
const allowanceMs = 30
/** Where one takes longer, a wait for the next burst cannot be distinguished from one for this machine. */
const mostPlainUs = burstGapUs / 9
const messageBytes = 64
const seed = 7

/** K16. */
export const longPollGap: Check = {
  answers: [
    {
      id: 'K16',
      title: 'Long polling loses nothing between two polls',
      known:
        'bursts of 3 messages 0.2 ms apart, so that some arrive between a response and the next poll: 0 lost, 0 duplicated; a message waits at most 3 transits (RFC 6202 §2.2)',
      tolerance:
        'exact for counts; for the longest wait 3 transits plus 30 ms, more on a slower machine, but less than the time to the next burst',
      mechanism:
        'a real server and a real client host; this process publishes at instants finer than timers allow; the ledger of every trial; plain deliveries alongside',
    },
  ],
  quick: true,
  seconds: [11, 49],
  run: ({ quick }) =>
    PlainDeliveries.open(async (plain) => {
      const burstCount = burstCounts[quick ? 'quick' : 'full']
      const { measured, pace } = await plain.pace(() =>
        withServer(transport, {}, (server) => burstsTo(server, warmUpBurstCount + burstCount)),
      )
      const { dueAtUs, report } = measured
      const outcome = keepLedger({
        schedule: { dueAtUs, publishedAtUs: dueAtUs, channel: new Uint32Array(dueAtUs.length) },
        clientChannel: new Uint32Array(clientCount),
        deliveries: [report.deliveries],
        measuredFromAtUs: dueAtUs[warmUpBurstCount * messagesPerBurst]!,
        measuredUntilAtUs: dueAtUs.at(-1)! + 1,
        gapMessageCount: report.gapMessageCount,
      })
      const { ledger } = outcome
      return {
        K16: [
          counted('expected pairs', burstCount * messagesPerBurst * clientCount, ledger.expectedCount),
          counted('lost', 0, owedCount(ledger) + ledger.warmUpExpectedCount - ledger.warmUpDeliveredCount),
          counted('duplicated', 0, ledger.duplicatedCount),
          counted('reordered', 0, ledger.reorderedCount),
          waitFinding(outcome, pace),
        ],
      }
    }),
}

/** Deliveries of the bursts, by pair. */
type Waits = Pick<LedgerOutcome, 'latenciesUs' | 'receivedAtUs' | 'messageOf'>

/**
 * The longest wait, less two plain deliveries as they were at that time. The first message of a burst finds every poll held,
 * so that its wait is one transit.
 */
export function waitFinding({ latenciesUs, receivedAtUs, messageOf }: Waits, pace: Pick<Pace, 'slownessRatio' | 'waits'>): Finding {
  const firsts = latenciesUs.filter((_, pair) => messageOf[pair]! % messagesPerBurst === 0)
  const expected = (allowedTransits * nearestRank(firsts.sort(), 0.5)!) / usPerMs
  let longestMs = 0
  let tellingCount = 0
  for (const [pair, latencyUs] of latenciesUs.entries()) {
    const atUs = receivedAtUs[pair]!
    const plainUs = pace.waits.between(atUs - latencyUs, atUs).maxUs ?? 0
    if (plainUs > mostPlainUs) continue
    tellingCount++
    longestMs = Math.max(longestMs, latencyUs / usPerMs - plainMs(plainUs))
  }
  const nextBurstMs = (burstGapUs - (messagesPerBurst - 1) * spacingUs) / usPerMs
  const finding = withinNeed(
    { what: 'longest wait', unit: 'ms', expected, measured: longestMs },
    { below: expected, above: allowedMs(pace, allowanceMs, 0), wrong: nextBurstMs - plainMs(mostPlainUs) },
  )
  if (tellingCount >= latenciesUs.length / 2) return finding
  return unjudged(finding, `during most bursts a plain delivery took longer than ${(mostPlainUs / usPerMs).toFixed(0)} ms`)
}

/** Publishes the bursts, each message in a request of its own, and returns when each was sent and what the clients received. */
function burstsTo(server: RawServer, burstCount: number): Promise<{ dueAtUs: Float64Array; report: ClientHostReport }> {
  const command = nodeCommand(shareCores().generator, hostModules.clients)
  return withChild<ClientHostControl, { dueAtUs: Float64Array; report: ClientHostReport }>('client host 0', command, async (clients) => {
    await clients.ask(
      'start',
      clientHostSpec({
        moduleUrl: transportModules(transport).clientUrl,
        options: contenderOf(transport),
        ...server.ready,
        seed,
        channels: Array.from({ length: clientCount }, () => 'news'),
      }),
    )
    await clients.ask('connect', { count: clientCount })
    const payloadOf = payloadMaker(messageBytes, seed)
    const dueAtUs = new Float64Array(burstCount * messagesPerBurst)
    const startAtUs = nowUs() + burstGapUs
    const taken: Promise<void>[] = []
    for (let sequence = 0; sequence < dueAtUs.length; sequence++) {
      await reach(startAtUs + Math.floor(sequence / messagesPerBurst) * burstGapUs + (sequence % messagesPerBurst) * spacingUs)
      dueAtUs[sequence] = nowUs()
      taken.push(server.publish({ channel: 'news', data: payloadOf(sequence) }))
    }
    await Promise.all(taken)
    await sleepMs(burstGapUs / usPerMs)
    await clients.ask('quiesce', undefined)
    return { dueAtUs, report: await clients.ask('report', undefined) }
  })
}

/** Sleeps while there is time, then lets the event loop turn until the instant: requests under way must go on. */
async function reach(atUs: number): Promise<void> {
  const timerUs = 2 * usPerMs
  if (atUs - nowUs() > timerUs) await sleepUntil(atUs - timerUs)
  while (nowUs() < atUs) await new Promise((resolve) => setImmediate(resolve))
}
