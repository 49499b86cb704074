import type { Finding } from '../../core/calibration-record.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { atLeast, counted, unless, withinShare, type Check } from '../check.ts'
import { disturbanceOf, quantileOf, runUndisturbedTrial } from '../known-trial.ts'
import { measuredDeliveries } from '../oracle.ts'
import { saboteurUrl } from '../sabotage/detection.ts'

const transport = 'websocket'
const clientCounts = [250, 500, 1_000, 2_000] as const
/** Well above what a client host takes for a delivery, so that the server's pace is what the clients see. */
const perClientUs = 40
const messagesPerSecond = 4
const measuredMs = 6_000
const share = 0.15
const half = 0.5

/** K31. */
export const fanOut: Check = {
  answers: [
    {
      id: 'K31',
      title: 'The last client of a broadcast waits for all others',
      known:
        'a server that works for 40 µs before each client of a message: the time from its first to its last client is proportional to the number of clients, and the average delivery is half-way',
      tolerance:
        '± 15 % of the time per client at 2,000 clients, which is at least 40 µs; mean 0.5 ± 15 %; if other processes used the CPUs on the third try too, a value outside is not judged',
      mechanism: 'real WebSocket trials with 250 to 2,000 clients against a mutant server; medians over messages of the raw deliveries',
    },
  ],
  seconds: [55, 55],
  async run() {
    const spreads: Spread[] = []
    for (const clientCount of clientCounts) spreads.push(await spreadAt(clientCount))
    const last = spreads.at(-1)!
    const findings: Finding[] = [
      atLeast({ what: 'time per client at 2,000 clients', unit: 'µs', expected: perClientUs, measured: last.usPerClient }),
    ]
    for (const { clientCount, usPerClient, meanRatio, lostCount, disturbance } of spreads) {
      const name = `${clientCount} clients`
      findings.push(
        counted(`${name}: lost`, 0, lostCount),
        ...unless(disturbance ?? last.disturbance, [
          withinShare({ what: `${name}: first to last, per client`, unit: 'µs', expected: last.usPerClient, measured: usPerClient }, share),
          withinShare({ what: `${name}: mean between first and last`, unit: 'ratio', expected: half, measured: meanRatio }, share),
        ]),
      )
    }
    return { K31: findings }
  },
}

interface Spread {
  clientCount: number
  usPerClient: number
  meanRatio: number
  lostCount: number
  disturbance: string | undefined
}

async function spreadAt(clientCount: number): Promise<Spread> {
  const known = await runUndisturbedTrial({
    transport,
    serverUrl: saboteurUrl(transport, ['perClient'], { perClientUs }),
    clientCount,
    traffic: { arrivals: 'constant', messagesPerSecondPerChannel: messagesPerSecond },
    warmUpMs: 2_000,
    measuredMs,
  })
  const receivedOf = new Map<number, number[]>()
  for (const { message, receivedAtUs } of measuredDeliveries(known)) {
    const received = receivedOf.get(message)
    if (received === undefined) receivedOf.set(message, [receivedAtUs])
    else received.push(receivedAtUs)
  }
  const spreads: number[] = []
  const ratios: number[] = []
  for (const received of receivedOf.values()) {
    const first = Math.min(...received)
    const spreadUs = Math.max(...received) - first
    spreads.push(spreadUs)
    ratios.push(received.reduce((sum, atUs) => sum + atUs - first, 0) / received.length / spreadUs)
  }
  return {
    clientCount,
    disturbance: disturbanceOf(known),
    usPerClient: quantileOf(spreads, half) / clientCount,
    meanRatio: quantileOf(ratios, half),
    lostCount: owedCount(known.trial.ledger),
  }
}
