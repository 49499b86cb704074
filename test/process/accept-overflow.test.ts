import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { findNamespace } from '../../src/machine/namespace.ts'

const clientCount = 500

// As connect-rate shows it: no messages, clients that come 100 at a time, and a kernel that keeps 16 of them at the door.
test('connects that find the accept queue full are counted, taint the trial by the name of the backlog, and come in in the end', async (t) => {
  const namespace = findNamespace()
  if ('reason' in namespace) return t.skip(`needs a network namespace: ${namespace.reason}`)
  const { trial } = await runKnownTrial({
    transport: 'sse',
    clientCount,
    traffic: { messagesPerSecondPerChannel: 0 },
    warmUpMs: 0,
    measuredMs: 500,
    prepare: 'echo 16 > /proc/sys/net/core/somaxconn',
  })
  const { connections, validity, clients } = trial
  const overflowCount = connections.acceptOverflowCount!
  // Each step brings 100 at once, of which 17 fit; a server that takes some meanwhile leaves fewer, never none.
  assert.ok(overflowCount >= 1, `${overflowCount}`)
  assert.equal(connections.backlog, 4_096)
  assert.equal(clients.subscribedCount, clientCount)
  const found = validity.reasons.find(({ gate }) => gate === 'accept-overflow')
  // A server that is kept from its processor takes fewer in.
  const isBusyMachine = validity.reasons.some(({ gate, owner }) => gate !== 'accept-overflow' && owner === 'machine')
  assert.deepEqual(found, {
    gate: 'accept-overflow',
    status: 'tainted',
    families: ['connecting'],
    owner: isBusyMachine ? 'machine' : 'server',
    message: `${overflowCount} connections found the accept queue full (backlog 4096, or net.core.somaxconn if that is smaller): connect times show the kernel's retries`,
  })
})
