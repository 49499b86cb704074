import type { Finding } from '../../core/calibration-record.ts'
import { usPerMs, usPerSecond } from '../../core/units.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { atLeast, counted, inMs, within, withinShare, type Check } from '../check.ts'
import { quantileOf, runKnownTrial, type KnownTrial } from '../known-trial.ts'
import type { StopWindow } from '../oracle.ts'
import { stopProcess } from '../stopped-process.ts'
import { pidOf } from '../../machine/member.ts'

const freezeMs = 1_000
const belowMs = 2
const aboveMs = 30
const heldTransports = ['sse', 'websocket', 'long-poll'] as const
const leastDeliveries = 100_000

/**
 * Twenty clients at 500 messages/s give 200,000 pairs in 20 s, enough to look for an early one in 10^5; the full form has
 * 100 clients at 50 messages/s for 60 s: 300,000.
 */
const sizes = {
  quick: { clientCount: 20, messagesPerSecond: 500, measuredMs: 20_000 },
  full: { clientCount: 100, messagesPerSecond: 50, measuredMs: 60_000 },
} as const

/** K01, K02 and K30 from the same trials: a server that is stopped for 1 s must show in the tail. */
export const freeze: Check = {
  answers: [
    {
      id: 'K01',
      title: 'A server frozen for 1 s shows in the tail',
      known: 'Q(q) = max(0, S − (1 − q) × D) for a stop of S in a window of D: the oracle gives each message max(0, resumed − due)',
      tolerance: '−2/+30 ms',
      mechanism: 'real trials; SIGSTOP and SIGCONT of the server by this process, at instants that it measures',
    },
    {
      id: 'K02',
      title: 'Nothing is delivered before it is due',
      known: '0 of at least 100,000 deliveries: the publisher never sends early, and all processes share one clock',
      tolerance: 'exact',
      mechanism: 'the raw deliveries of the trials of K01 against the schedule, built again from its seed',
    },
    {
      id: 'K30',
      title: "Little's law holds",
      known: 'messages under way, integrated over the window and divided by its length = deliveries per second × mean latency',
      tolerance: '± 1 %',
      mechanism: 'counts of due and received pairs over time from the raw deliveries, against rate and mean of the result',
    },
  ],
  quick: true,
  seconds: [70, 200],
  async run({ quick, say }) {
    const found: Record<'K01' | 'K02' | 'K30', Finding[]> = { K01: [], K02: [], K30: [] }
    let earlyCount = 0
    let deliveryCount = 0
    for (const transport of heldTransports) {
      say(transport)
      const { known, stoppedAtUs, resumedAtUs } = await frozenTrial(transport, quick)
      found.K01.push(...freezeFindings(transport, known, stoppedAtUs, resumedAtUs))
      found.K30.push(littleFinding(transport, known))
      deliveryCount += known.deliveries.length
      earlyCount += known.deliveries.filter(({ message, receivedAtUs }) => receivedAtUs < known.dueAtUs[message]!).length
    }
    found.K02 = [
      counted('deliveries before their message was due', 0, earlyCount),
      atLeast({ what: 'deliveries looked at', unit: 'count', expected: leastDeliveries, measured: deliveryCount }),
    ]
    return found
  },
}

async function frozenTrial(transport: string, quick: boolean): Promise<StopWindow & { known: KnownTrial }> {
  const { clientCount, messagesPerSecond, measuredMs } = sizes[quick ? 'quick' : 'full']
  let serverPid = 0
  let stop: Promise<StopWindow> | undefined
  const known = await runKnownTrial({
    transport,
    clientCount,
    traffic: { messagesPerSecondPerChannel: messagesPerSecond },
    measuredMs,
    onNotice: (notice) => {
      if (notice.kind === 'members') serverPid = pidOf(notice.members, 'server')
      if (notice.kind === 'window') stop = stopProcess(serverPid, (notice.fromAtUs + notice.untilAtUs - freezeMs * usPerMs) / 2, freezeMs)
    },
  })
  return { known, ...(await stop!) }
}

/** The latencies that an ideal server has, stopped between these instants. */
export function frozenLatenciesUs(dueAtUs: Iterable<number>, stoppedAtUs: number, resumedAtUs: number): number[] {
  return Array.from(dueAtUs, (due) => (due >= stoppedAtUs && due < resumedAtUs ? resumedAtUs - due : 0))
}

function freezeFindings(transport: string, known: KnownTrial, stoppedAtUs: number, resumedAtUs: number): Finding[] {
  const { trial, dueAtUs, fromAtUs, untilAtUs } = known
  const inWindow = dueAtUs.filter((due) => due >= fromAtUs && due < untilAtUs)
  const idealUs = frozenLatenciesUs(inWindow, stoppedAtUs, resumedAtUs)
  const { deliveryLatencyUs, ledger, clients } = trial
  const quantile = (name: string, key: 'p99' | 'p999', q: number): Finding => {
    return within(
      {
        what: `${transport}: ${name}`,
        unit: 'ms',
        expected: quantileOf(idealUs, q) / usPerMs,
        measured: inMs(deliveryLatencyUs[key]),
        why: deliveryLatencyUs.reasons[key],
      },
      belowMs,
      aboveMs,
    )
  }
  return [
    quantile('p99', 'p99', 0.99),
    quantile('p99.9', 'p999', 0.999),
    counted(`${transport}: expected pairs`, inWindow.length * clients.askedCount, ledger.expectedCount),
    counted(`${transport}: lost and duplicated`, 0, owedCount(ledger) + ledger.duplicatedCount),
  ]
}

const littleShare = 0.01

function littleFinding(transport: string, known: KnownTrial): Finding {
  const { trial, fromAtUs, untilAtUs } = known
  const { mean, reasons } = trial.deliveryLatencyUs
  const seconds = (untilAtUs - fromAtUs) / usPerSecond
  return withinShare(
    {
      what: `${transport}: messages under way on average`,
      unit: 'pairs',
      expected: underWayUs(known) / (untilAtUs - fromAtUs),
      measured: mean === null ? null : ((trial.ledger.deliveredCount / seconds) * mean) / usPerSecond,
      why: reasons['mean'],
    },
    littleShare,
  )
}

/** Time integral of the pairs under way in the window, in pairs × µs: a sweep over counts that knows no latency. */
function underWayUs({ trial, deliveries, dueAtUs, fromAtUs, untilAtUs }: KnownTrial): number {
  const clipped = (atUs: number): number => Math.min(untilAtUs, Math.max(fromAtUs, atUs))
  // Each due instant starts as many pairs as there are clients; each delivery ends one.
  const steps = [
    ...Array.from(dueAtUs, (due) => ({ atUs: clipped(due), change: trial.clients.subscribedCount })),
    ...deliveries.map(({ receivedAtUs }) => ({ atUs: clipped(receivedAtUs), change: -1 })),
  ].sort((a, b) => a.atUs - b.atUs)
  let integral = 0
  let count = 0
  let lastAtUs = fromAtUs
  for (const { atUs, change } of steps) {
    integral += count * (atUs - lastAtUs)
    count += change
    lastAtUs = atUs
  }
  return integral
}
