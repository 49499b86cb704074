import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frozenFindings, frozenTrial, littleFinding } from '../../src/calibrate/checks/freeze.ts'
import { quantileOf, type KnownTrial } from '../../src/calibrate/known-trial.ts'
import { measuredDeliveries } from '../../src/calibrate/oracle.ts'
import { PlainDeliveries } from '../../src/calibrate/plain-deliveries.ts'

/** Half of what `bench calibrate` takes: 10 % of the messages meet the stop then, and p99 is 0.9 s of it. */
const size = { clientCount: 20, messagesPerSecond: 500, measuredMs: 10_000 }

/** What a generator would show that was frozen with the server: what was due in the stop starts behind it. */
function omitting(known: KnownTrial, resumedAtUs: number): KnownTrial {
  const isDueInStop = (dueUs: number): boolean => dueUs < resumedAtUs && dueUs >= resumedAtUs - 1_000_000
  const latenciesUs = measuredDeliveries(known).map(({ message, receivedAtUs }) => {
    const dueUs = known.dueAtUs[message]!
    return receivedAtUs - (isDueInStop(dueUs) ? Math.min(resumedAtUs, receivedAtUs) : dueUs)
  })
  const shown = { p99: quantileOf(latenciesUs, 0.99), p999: quantileOf(latenciesUs, 0.999) }
  return { ...known, trial: { ...known.trial, deliveryLatencyUs: { ...known.trial.deliveryLatencyUs, ...shown } } }
}

// K01: the push edition of coordinated omission. A server that is stopped for 1 s must show in the tail, since publisher
// and clock live outside of it. Expected latency of a message: max(0, resumed − due), from the measured instants.
for (const transport of ['sse', 'websocket', 'long-poll']) {
  test(`a ${transport} server frozen for 1 s in 10 s shows p99 and p99.9 of the freeze, and little more`, async () => {
    const { known, stop, pace } = await PlainDeliveries.open((plain) => frozenTrial(plain, transport, size))
    const findings = [...frozenFindings(transport, known, stop, pace), littleFinding(transport, known)]
    // What this machine cannot tell is skipped, and says how much it needs.
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict === 'fail'),
      [],
    )
    const omitted = frozenFindings(transport, omitting(known, stop.resumedAtUs), stop, pace)
    assert.deepEqual(
      omitted.map(({ verdict }) => verdict),
      ['fail', 'fail', 'pass', 'pass'],
    )
    // K02: no delivery before its message was due, in 100,000.
    const early = known.deliveries.filter((delivery) => delivery.receivedAtUs < known.dueAtUs[delivery.message]!)
    assert.equal(early.length, 0)
    assert.ok(known.deliveries.length >= 100_000, `only ${known.deliveries.length} deliveries`)
  })
}
