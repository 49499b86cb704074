import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nowUs, sleepUntil } from '../../src/core/clock.ts'
import { quantileOf, runKnownTrial } from '../../src/calibrate/known-trial.ts'

const clientCount = 20
const messagesPerSecond = 500
const measuredMs = 20_000
const freezeMs = 1_000
const allowanceUs = 30_000

// K01: the push edition of coordinated omission. A server that is stopped for 1 s must show in the tail, since publisher
// and clock live outside of it. Expected latency of a message: max(0, resumed − due), from the measured instants.
for (const transport of ['sse', 'websocket', 'long-poll']) {
  test(`a ${transport} server frozen for 1 s in 20 s shows p99 and p99.9 of the freeze, within 0 and +30 ms`, async () => {
    let serverPid = 0
    let freeze: Promise<{ stoppedAtUs: number; resumedAtUs: number }> | undefined
    const { trial, deliveries, dueAtUs, fromAtUs, untilAtUs } = await runKnownTrial({
      transport,
      clientCount,
      traffic: { messagesPerSecondPerChannel: messagesPerSecond },
      measuredMs,
      onNotice: (notice) => {
        if (notice.kind === 'processes') serverPid = notice.serverPid
        if (notice.kind === 'window') freeze = freezeAt(serverPid, notice.fromAtUs + 9_500_000)
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
    for (const [key, q] of [
      ['p99', 0.99],
      ['p999', 0.999],
    ] as const) {
      const overUs = trial.deliveryLatencyUs[key]! - quantileOf(expectedUs, q)
      assert.ok(overUs >= 0 && overUs <= allowanceUs, `${key}: ${overUs} µs over the expected ${quantileOf(expectedUs, q)} µs`)
    }
    // K02: no delivery before its message was due, in 200,000.
    const early = deliveries.filter((delivery) => delivery.receivedAtUs < dueAtUs[delivery.message]!)
    assert.equal(early.length, 0)
    assert.ok(deliveries.length >= 100_000, `only ${deliveries.length} deliveries`)
  })
}

/** Stops a process at an instant and lets it go on 1 s later; returns the instants at which it really happened. */
async function freezeAt(pid: number, atUs: number): Promise<{ stoppedAtUs: number; resumedAtUs: number }> {
  await sleepUntil(atUs)
  process.kill(pid, 'SIGSTOP')
  const stoppedAtUs = nowUs()
  await sleepUntil(atUs + freezeMs * 1_000)
  process.kill(pid, 'SIGCONT')
  return { stoppedAtUs, resumedAtUs: nowUs() }
}
