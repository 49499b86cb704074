import type { ClientHostControl, ClientHostReport } from '../../core/client-host-control.ts'
import { nowUs, sleepMs, sleepUntil } from '../../core/clock.ts'
import { payloadMaker } from '../../core/payload.ts'
import { usPerMs } from '../../core/units.ts'
import { keepLedger } from '../../metrics/ledger.ts'
import { nearestRank } from '../../metrics/quantiles.ts'
import { withChild } from '../../machine/child.ts'
import { nodeCommand, shareCores } from '../../machine/pinning.ts'
import { contenderOf } from '../../core/transports/registry.ts'
import { hostModules, transportModules } from '../../trial/transport-modules.ts'
import { clientHostSpec } from '../../trial/trial-spec.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { counted, within, type Check } from '../check.ts'
import { withServer, type RawServer } from '../raw-server.ts'

const transport = 'long-poll'
const clientCount = 20
const messagesPerBurst = 3
const spacingUs = 200
/** A message that the next poll did not find would wait for the next burst: much longer than what is allowed. */
const burstGapUs = 100_000
const burstCounts = { quick: 50, full: 300 } as const
/** Until the code of server and clients is compiled; counted, but not held to the longest wait. */
const warmUpBurstCount = 5
const allowedTransits = 3
const allowanceMs = 30
const messageBytes = 64
const seed = 7

/** K16. */
export const longPollGap: Check = {
  answers: [
    {
      id: 'K16',
      title: 'Long polling loses nothing between two polls',
      known:
        'bursts of 3 messages 0.2 ms apart, so that some come between an answer and the next poll: 0 lost, 0 duplicated; a message waits at most 3 transits (RFC 6202 §2.2)',
      tolerance: 'exact for counts; 3 transits −3/+30 ms for the longest wait',
      mechanism:
        'a real server and a real client host; this process publishes at instants that timers cannot keep; the ledger of every trial',
    },
  ],
  quick: true,
  seconds: [7, 33],
  async run({ quick }) {
    const burstCount = burstCounts[quick ? 'quick' : 'full']
    const { dueAtUs, report } = await withServer(transport, {}, (server) => burstsTo(server, warmUpBurstCount + burstCount))
    const { ledger, latenciesUs } = keepLedger({
      schedule: { dueAtUs, publishedAtUs: dueAtUs, channel: new Uint32Array(dueAtUs.length) },
      clientChannel: new Uint32Array(clientCount),
      deliveries: [report.deliveries],
      measuredFromAtUs: dueAtUs[warmUpBurstCount * messagesPerBurst]!,
      measuredUntilAtUs: dueAtUs.at(-1)! + 1,
      gapMessageCount: report.gapMessageCount,
    })
    const sorted = latenciesUs.slice().sort()
    const transitMs = nearestRank(sorted, 0.5)! / usPerMs
    return {
      K16: [
        counted('expected pairs', burstCount * messagesPerBurst * clientCount, ledger.expectedCount),
        counted('lost', 0, owedCount(ledger) + ledger.warmUpExpectedCount - ledger.warmUpDeliveredCount),
        counted('duplicated', 0, ledger.duplicatedCount),
        counted('reordered', 0, ledger.reorderedCount),
        within(
          { what: 'longest wait', unit: 'ms', expected: allowedTransits * transitMs, measured: sorted.at(-1)! / usPerMs },
          allowedTransits * transitMs,
          allowanceMs,
        ),
      ],
    }
  },
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
