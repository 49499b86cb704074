import type { Finding } from '../../core/calibration-record.ts'
import { msPerSecond, usPerMs, usPerSecond } from '../../core/units.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { atLeast, counted, inMs, withinNeed, withinShare, type Check } from '../check.ts'
import { quantileOf, runKnownTrial, type KnownTrial } from '../known-trial.ts'
import { measuredDeliveries, measuredSequences } from '../oracle.ts'
import { catchUpMs, PlainDeliveries, type Pace } from '../plain-deliveries.ts'
import { stopProcess, type ProcessStop } from '../stopped-process.ts'
import { pidOf } from '../../machine/member.ts'

const freezeMs = 1_000
const belowMs = 2
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
      known:
        'Q(q) = max(0, S − (1 − q) × D) for a freeze of S in a window of D: the oracle predicts max(0, resumed − due) for each message',
      tolerance:
        'lower limit −2 ms; upper limit twice what plain deliveries of all messages due during the freeze take here, and less than 500 ms',
      mechanism:
        'real trials; this process sends SIGSTOP and SIGCONT to the server and records the instants; bursts of plain deliveries before and after each',
    },
    {
      id: 'K02',
      title: 'Nothing is delivered before it is due',
      known: '0 of at least 100,000 deliveries: the publisher never sends early, and all processes use one clock',
      tolerance: 'exact',
      mechanism: 'the raw deliveries of the trials of K01, compared with the schedule rebuilt from its seed',
    },
    {
      id: 'K30',
      title: "Little's law holds",
      known:
        'messages in flight, integrated until the last one of the window has arrived and divided by the length of the window = deliveries per second × mean latency',
      tolerance: '± 0.1 %',
      mechanism: 'counts of due and received pairs over time from the raw deliveries, compared with rate and mean of the result',
    },
  ],
  quick: true,
  seconds: [70, 200],
  run: ({ quick, say }) =>
    PlainDeliveries.open(async (plain) => {
      const found: Record<'K01' | 'K02' | 'K30', Finding[]> = { K01: [], K02: [], K30: [] }
      let earlyCount = 0
      let deliveryCount = 0
      for (const transport of heldTransports) {
        say(transport)
        const { known, stop, pace } = await frozenTrial(plain, transport, sizes[quick ? 'quick' : 'full'])
        found.K01.push(...frozenFindings(transport, known, stop, pace))
        found.K30.push(littleFinding(transport, known))
        deliveryCount += known.deliveries.length
        earlyCount += known.deliveries.filter(({ message, receivedAtUs }) => receivedAtUs < known.dueAtUs[message]!).length
      }
      found.K02 = [
        counted('deliveries before their message was due', 0, earlyCount),
        atLeast({ what: 'deliveries checked', unit: 'count', expected: leastDeliveries, measured: deliveryCount }),
      ]
      return found
    }),
}

/** A trial whose server is stopped in the middle of its window, and what plain deliveries of as much take. */
export async function frozenTrial(
  plain: PlainDeliveries,
  transport: string,
  { clientCount, messagesPerSecond, measuredMs }: { clientCount: number; messagesPerSecond: number; measuredMs: number },
): Promise<{ known: KnownTrial; stop: ProcessStop; pace: Pace }> {
  let serverPid = 0
  let stop: Promise<ProcessStop> | undefined
  const trial = () =>
    runKnownTrial({
      transport,
      clientCount,
      traffic: { messagesPerSecondPerChannel: messagesPerSecond },
      measuredMs,
      onNotice: (notice) => {
        if (notice.kind === 'members') serverPid = pidOf(notice.members, 'server')
        if (notice.kind === 'window') stop = stopProcess(serverPid, (notice.fromAtUs + notice.untilAtUs - freezeMs * usPerMs) / 2, freezeMs)
      },
    })
  const lineCount = (messagesPerSecond * freezeMs) / msPerSecond
  const { measured, pace } = await plain.pace(trial, { lineCount, socketCount: clientCount })
  return { known: measured, stop: await stop!, pace }
}

/** The latencies that an ideal server has, stopped between these instants. */
export function frozenLatenciesUs(dueAtUs: Iterable<number>, stoppedAtUs: number, resumedAtUs: number): number[] {
  return Array.from(dueAtUs, (due) => (due >= stoppedAtUs && due < resumedAtUs ? resumedAtUs - due : 0))
}

/** What a trial with a stopped server must show in its tail, on a machine of this pace. */
export function frozenFindings(
  transport: string,
  { trial, dueAtUs, fromAtUs, untilAtUs }: Pick<KnownTrial, 'trial' | 'dueAtUs' | 'fromAtUs' | 'untilAtUs'>,
  { stoppedAtUs, resumedAtUs, uncertainUs }: ProcessStop,
  pace: Pick<Pace, 'burstUs'>,
): Finding[] {
  const inWindow = dueAtUs.filter((due) => due >= fromAtUs && due < untilAtUs)
  const idealUs = frozenLatenciesUs(inWindow, stoppedAtUs, resumedAtUs)
  const { deliveryLatencyUs, ledger, clients } = trial
  const uncertainMs = uncertainUs / usPerMs
  const quantile = (name: string, key: 'p99' | 'p999', q: number): Finding => {
    const expected = quantileOf(idealUs, q) / usPerMs
    return withinNeed(
      {
        what: `${transport}: ${name}`,
        unit: 'ms',
        expected,
        measured: inMs(deliveryLatencyUs[key]),
        why: deliveryLatencyUs.reasons[key],
      },
      { below: belowMs + uncertainMs, above: catchUpMs(pace) + uncertainMs, wrong: expected + freezeMs / 2 },
    )
  }
  return [
    quantile('p99', 'p99', 0.99),
    quantile('p99.9', 'p999', 0.999),
    counted(`${transport}: expected pairs`, inWindow.length * clients.askedCount, ledger.expectedCount),
    counted(`${transport}: lost and duplicated`, 0, owedCount(ledger) + ledger.duplicatedCount),
  ]
}

const littleShare = 0.001

/** Rate × mean of a result, against the messages under way that its raw deliveries show. */
export function littleFinding(transport: string, known: KnownTrial): Finding {
  const { trial, fromAtUs, untilAtUs } = known
  const { mean, reasons } = trial.deliveryLatencyUs
  const seconds = (untilAtUs - fromAtUs) / usPerSecond
  return withinShare(
    {
      what: `${transport}: average messages in flight`,
      unit: 'pairs',
      expected: underWayUs(known) / (untilAtUs - fromAtUs),
      measured: mean === null ? null : ((trial.ledger.deliveredCount / seconds) * mean) / usPerSecond,
      why: reasons['mean'],
    },
    littleShare,
  )
}

/**
 * Time integral of the pairs under way, in pairs × µs: a sweep over counts that knows no latency. Only messages due in the
 * window are counted, and until the last has come: what is under way at its edges would be a matter of the machine.
 */
function underWayUs(known: KnownTrial): number {
  // Each due instant starts as many pairs as there are clients; each delivery ends one.
  const steps = [
    ...measuredSequences(known).map((sequence) => ({ atUs: known.dueAtUs[sequence]!, change: known.trial.clients.subscribedCount })),
    ...measuredDeliveries(known).map(({ receivedAtUs }) => ({ atUs: receivedAtUs, change: -1 })),
  ].sort((a, b) => a.atUs - b.atUs)
  let integral = 0
  let count = 0
  let lastAtUs = known.fromAtUs
  for (const { atUs, change } of steps) {
    integral += count * (atUs - lastAtUs)
    count += change
    lastAtUs = atUs
  }
  return integral
}
