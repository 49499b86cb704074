import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { usPerMs } from '../../src/core/units.ts'
import { runKnownTrial, type KnownTrial } from '../../src/calibrate/known-trial.ts'
import type { StopWindow } from '../../src/calibrate/oracle.ts'
import { stopProcess } from '../../src/calibrate/stopped-process.ts'
import { loadOf } from '../../src/metrics/saturation.ts'
import { pidOf } from '../../src/machine/member.ts'

const stopAtMs = 800
const stopMs = 400

/** Messages of the gates that made a trial invalid, by gate. */
function invalidating({ trial }: KnownTrial): Record<string, string> {
  return Object.fromEntries(trial.validity.reasons.flatMap(({ gate, status, message }) => (status === 'invalid' ? [[gate, message]] : [])))
}

suite('the relay is part of the generator, and held to its gates', () => {
  test('a relay that stalls for 400 ms makes the trial invalid, by its name', async () => {
    let relayPid: number | undefined
    let stopped: Promise<StopWindow> | undefined
    const known = await runKnownTrial({
      transport: 'websocket',
      clientCount: 50,
      traffic: { messagesPerSecondPerChannel: 20 },
      measuredMs: 2_000,
      network: { delayMs: 5, jitterMs: 0 },
      onNotice: (notice) => {
        if (notice.kind === 'members') relayPid = pidOf(notice.members, 'relay')
        if (notice.kind === 'window') stopped = stopProcess(relayPid!, notice.fromAtUs + stopAtMs * usPerMs, stopMs)
      },
    })
    await stopped
    const stall = invalidating(known)['generator-stall'] ?? ''
    const stoodMs = Number(/^relay stalled for ([\d.]+) ms; /.exec(stall)?.[1])
    // Less than a tick of 10 ms may be hidden in the period of the meter.
    assert.ok(stoodMs >= stopMs - 10, `"${stall}"`)
    // Nothing is lost by it: what it tells would be the server's latency, were it not for the gate.
    assert.equal(known.trial.ledger.lostCount, 0)
    assert.ok(known.trial.deliveryLatencyUs.max! >= (stopMs - 50) * usPerMs)
  })

  test('a relay with more to forward than a processor can is at its limit, and the trial invalid', async () => {
    // 200 MB/s in frames of 1,460 bytes are 137,000 a second, each with an instant of its own: 7 µs for each is all there is.
    const known = await runKnownTrial({
      transport: 'websocket',
      clientCount: 50,
      traffic: { messagesPerSecondPerChannel: 40, messageBytes: 100_000 },
      warmUpMs: 0,
      measuredMs: 2_000,
      network: { delayMs: 1, jitterMs: 0, bandwidthBitsPerSecond: 1_000_000_000 },
    })
    const relay = known.trial.generator.find(({ role }) => role === 'relay')
    assert.ok(relay!.loop.utilisationRatio! > 0.9, `${relay!.loop.utilisationRatio}`)
    assert.match(invalidating(known)['generator-utilisation'] ?? '', /^the event loop of (?:relay|client host 1) was busy for/)
    assert.ok(loadOf(known.trial).boundBy.includes('relay'))
  })
})
