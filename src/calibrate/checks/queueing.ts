import type { Finding } from '../../core/calibration-record.ts'
import { usPerMs, usPerSecond } from '../../core/units.ts'
import { mean } from '../../metrics/student.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { counted, within, type Check } from '../check.ts'
import { quantileOf, runUndisturbedTrial } from '../known-trial.ts'
import { measuredDeliveries, queueingUs } from '../oracle.ts'
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
      title: 'Waits in a queue are those of the queue',
      known:
        'a server that is occupied for 5 ms by each message, one at a time, at 30, 60 and 80 % load: Lindley’s recursion over the realised arrivals gives the time to the end of each service',
      tolerance: 'mean and p99 −0/+2 ms at each load',
      mechanism:
        'a real trial of SSE against a planted single server, Poisson arrivals; raw deliveries against the recursion on the due instants',
    },
  ],
  seconds: [60, 60],
  async run() {
    const findings: Finding[] = []
    for (const load of loads) findings.push(...(await atLoad(load)))
    return { K29: findings }
  },
}

async function atLoad(load: number): Promise<Finding[]> {
  const known = await runUndisturbedTrial({
    transport,
    serverUrl: saboteurUrl(transport, ['queue'], { serviceUs: serviceMs * usPerMs }),
    clientCount,
    traffic: { arrivals: 'poisson', messagesPerSecondPerChannel: (load * usPerSecond) / (serviceMs * usPerMs) },
    measuredMs,
  })
  const expectedUs = queueingUs(known.dueAtUs, serviceMs * usPerMs)
  const measured: number[] = []
  const expected: number[] = []
  for (const { message, receivedAtUs } of measuredDeliveries(known)) {
    measured.push((receivedAtUs - known.dueAtUs[message]!) / usPerMs)
    expected.push(expectedUs[message]! / usPerMs)
  }
  const name = `${load * 100} % load`
  return [
    counted(`${name}: lost`, 0, owedCount(known.trial.ledger)),
    within({ what: `${name}: mean`, unit: 'ms', expected: mean(expected), measured: mean(measured) }, 0, allowanceMs),
    within(
      { what: `${name}: p99`, unit: 'ms', expected: quantileOf(expected, 0.99), measured: quantileOf(measured, 0.99) },
      0,
      allowanceMs,
    ),
  ]
}
