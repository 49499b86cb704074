import type { Finding } from '../../core/calibration-record.ts'
import { usPerMs, usPerSecond } from '../../core/units.ts'
import { mean } from '../../metrics/student.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { counted, withinNeed, type Check } from '../check.ts'
import { quantileOf, runUndisturbedTrial } from '../known-trial.ts'
import { measuredDeliveries, queueingUs } from '../oracle.ts'
import { allowedMs, PlainDeliveries, type Pace } from '../plain-deliveries.ts'
import { saboteurUrl } from '../sabotage/detection.ts'

const transport = 'sse'
const serviceMs = 5
const loads = [0.3, 0.6, 0.8] as const
const clientCount = 5
const measuredMs = 15_000
/** Ingest, one turn of the loop and the way to the client; a generator that waited for answers would show 5 ms at every load. */
const allowanceMs = 2

/** K29. */
export const queueing: Check = {
  answers: [
    {
      id: 'K29',
      title: 'Measured waits match queueing theory',
      known:
        'a server that handles one message at a time for 5 ms, at 30, 60 and 80 % load: Lindley’s recursion over the actual arrivals gives the time to the end of each service',
      tolerance: 'mean and p99 −0/+2 ms at each load, more on a slower machine, plus two plain deliveries; less than one service time',
      mechanism:
        'a real SSE trial against a seeded single-server queue, Poisson arrivals; raw deliveries compared with the recursion on the due instants; plain deliveries alongside',
    },
  ],
  seconds: [60, 60],
  run: () =>
    PlainDeliveries.open(async (plain) => {
      const findings: Finding[] = []
      for (const load of loads) findings.push(...(await atLoad(plain, load)))
      return { K29: findings }
    }),
}

async function atLoad(plain: PlainDeliveries, load: number): Promise<Finding[]> {
  const { measured: known, pace } = await plain.pace(() =>
    runUndisturbedTrial({
      transport,
      serverUrl: saboteurUrl(transport, ['queue'], { serviceUs: serviceMs * usPerMs }),
      clientCount,
      traffic: { arrivals: 'poisson', messagesPerSecondPerChannel: (load * usPerSecond) / (serviceMs * usPerMs) },
      measuredMs,
    }),
  )
  const expectedUs = queueingUs(known.dueAtUs, serviceMs * usPerMs)
  const measured: number[] = []
  const expected: number[] = []
  for (const { message, receivedAtUs } of measuredDeliveries(known)) {
    measured.push((receivedAtUs - known.dueAtUs[message]!) / usPerMs)
    expected.push(expectedUs[message]! / usPerMs)
  }
  const name = `${load * 100} % load`
  const plainUs = pace.waits.between(known.fromAtUs, known.untilAtUs)
  return [
    counted(`${name}: lost`, 0, owedCount(known.trial.ledger)),
    queueFinding(`${name}: mean`, mean(expected), mean(measured), pace, plainUs.meanUs),
    queueFinding(`${name}: p99`, quantileOf(expected, 0.99), quantileOf(measured, 0.99), pace, plainUs.p99Us),
  ]
}

/** How far a wait in the queue may lie above that of the recursion, in ms: it is wrong by one service where one is counted too many. */
export function queueFinding(
  what: string,
  expected: number,
  measured: number,
  pace: Pick<Pace, 'slownessRatio'>,
  plainUs: number | null,
): Finding {
  return withinNeed(
    { what, unit: 'ms', expected, measured },
    { below: 0, above: allowedMs(pace, allowanceMs, plainUs), wrong: expected + serviceMs },
  )
}
