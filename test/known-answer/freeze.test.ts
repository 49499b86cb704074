import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quantileOf, runKnownTrial } from '../../src/calibrate/known-trial.ts'
import type { StopWindow } from '../../src/calibrate/oracle.ts'
import { stopProcess } from '../../src/calibrate/stopped-process.ts'
import { median } from '../../src/metrics/statistics.ts'
import { plainDeliveryUs } from '../helpers/plain-delivery.ts'
import { pidOf } from '../../src/machine/member.ts'

const clientCount = 20
const messagesPerSecond = 500
/** Half of what `bench calibrate` takes: 10 % of the messages meet the freeze then, and p99 is 0.9 s of it. */
const measuredMs = 10_000
const freezeMs = 1_000
/** What the server has to catch up with, in times of plain writes of as many lines. */
const allowedRatio = 2

/** All that fell due in the freeze, written by nobody but Node. */
async function plainDeliveries(): Promise<number[]> {
  const tookUs: number[] = []
  for (let round = 0; round < 5; round++) tookUs.push(await plainDeliveryUs((messagesPerSecond * freezeMs) / 1_000, clientCount))
  return tookUs
}

// K01: the push edition of coordinated omission. A server that is stopped for 1 s must show in the tail, since publisher
// and clock live outside of it. Expected latency of a message: max(0, resumed − due), from the measured instants.
for (const transport of ['sse', 'websocket', 'long-poll']) {
  test(`a ${transport} server frozen for 1 s in 10 s shows p99 and p99.9 of the freeze, and little more`, async () => {
    let serverPid = 0
    let freeze: Promise<StopWindow> | undefined
    const { trial, deliveries, dueAtUs, fromAtUs, untilAtUs } = await runKnownTrial({
      transport,
      clientCount,
      traffic: { messagesPerSecondPerChannel: messagesPerSecond },
      measuredMs,
      onNotice: (notice) => {
        if (notice.kind === 'members') serverPid = pidOf(notice.members, 'server')
        if (notice.kind === 'window') freeze = stopProcess(serverPid, notice.fromAtUs + 4_500_000, freezeMs)
      },
    })
    const { stoppedAtUs, resumedAtUs } = await freeze!
    const expectedUs: number[] = []
    for (const due of dueAtUs) {
      if (due < fromAtUs || due >= untilAtUs) continue
      const waits = due >= stoppedAtUs && due < resumedAtUs ? resumedAtUs - due : 0
      for (let client = 0; client < clientCount; client++) expectedUs.push(waits)
    }
    assert.equal(trial.ledger.expectedCount, expectedUs.length)
    assert.equal(trial.ledger.lostCount, 0)
    assert.equal(trial.ledger.duplicatedCount, 0)
    const plainUs = median(await plainDeliveries())
    for (const [key, q] of [
      ['p99', 0.99],
      ['p999', 0.999],
    ] as const) {
      const overUs = trial.deliveryLatencyUs[key]! - quantileOf(expectedUs, q)
      const told = `${key}: ${overUs} µs over the expected ${quantileOf(expectedUs, q)} µs; plain writes of as much take ${plainUs} µs`
      assert.ok(overUs >= 0 && overUs <= allowedRatio * plainUs, told)
    }
    // K02: no delivery before its message was due, in 100,000.
    const early = deliveries.filter((delivery) => delivery.receivedAtUs < dueAtUs[delivery.message]!)
    assert.equal(early.length, 0)
    assert.ok(deliveries.length >= 100_000, `only ${deliveries.length} deliveries`)
  })
}
