import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findNamespace } from '../../src/machine/namespace.ts'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

// K13: 100 local ports, one of them the server's own, and 150 clients: exactly 99 open and 51 that the generator could not open.
// One that holds a connection and one that asks again; test/contract/generator-limits.test.ts has all four.
for (const transport of ['websocket', 'short-poll']) {
  test(`${transport}: clients beyond the local ports are faults of the generator, and the trial is invalid`, async (t) => {
    const namespace = findNamespace()
    // Without a namespace of its own the trial would take the ports of the whole machine away.
    if ('reason' in namespace) return t.skip(`needs a network namespace: ${namespace.reason}`)
    const { trial } = await runKnownTrial({
      transport,
      clientCount: 150,
      traffic: { messagesPerSecondPerChannel: 10 },
      measuredMs: 500,
      prepare: 'echo "40000 40099" > /proc/sys/net/ipv4/ip_local_port_range',
    })
    assert.equal(trial.clients.askedCount, 150)
    assert.equal(trial.clients.subscribedCount, 99)
    assert.equal(trial.clients.failedCount, 51)
    assert.equal(trial.clients.faults['localPortsExhausted'], 51)
    assert.equal(trial.validity.status, 'invalid')
    const missing = trial.validity.reasons.find((reason) => reason.gate === 'clients-missing')
    assert.match(missing?.message ?? '', /150.*99.*localPortsExhausted/)
    const fault = trial.validity.reasons.find((reason) => reason.gate === 'generator-fault')
    assert.equal(fault?.message, 'the generator ran out of local resources (localPortsExhausted 51): these are not server errors')
    const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount } = trial.requests
    assert.equal(sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount)
    assert.equal(trial.ledger.lostCount, 0)
  })
}
