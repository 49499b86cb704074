import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

test('a server that runs without TCP_NODELAY is found out by its own sockets, and the trial is invalid', async () => {
  const { trial } = await runKnownTrial({
    transport: 'sse',
    clientCount: 10,
    traffic: { messagesPerSecondPerChannel: 100 },
    measuredMs: 1_000,
    serverUrl: new URL('../helpers/planted-nagle.js', import.meta.url).href,
  })
  assert.equal(trial.validity.status, 'invalid')
  const unequal = trial.validity.reasons.find(({ gate }) => gate === 'unequal-settings')
  assert.equal(unequal?.message, 'the server settings differ from those of the others: 10 of 10 sockets lack TCP_NODELAY')
})

for (const transport of ['short-poll', 'long-poll', 'sse', 'websocket']) {
  test(`the sockets of ${transport} all have TCP_NODELAY, and the same timeout and backlog`, async () => {
    const { trial } = await runKnownTrial({
      transport,
      clientCount: 10,
      traffic: { messagesPerSecondPerChannel: 100 },
      measuredMs: 1_000,
    })
    assert.deepEqual(trial.server.settings, {
      noDelaySocketCount: 10,
      delayedSocketCount: 0,
      keepAliveTimeoutMs: 72_000,
      backlog: 4_096,
      compressedCount: 0,
    })
  })
}

for (const [transport, options] of [
  ['sse', { compression: true }],
  ['websocket', { perMessageDeflate: true }],
] as const) {
  test(`connections of ${transport} that are compressed because the contender asks for it are no settings of its own`, async () => {
    const { trial } = await runKnownTrial({
      transport,
      options,
      clientCount: 10,
      traffic: { messagesPerSecondPerChannel: 100 },
      measuredMs: 1_000,
    })
    assert.equal(trial.server.settings!.compressedCount, 10)
    assert.deepEqual(
      trial.validity.reasons.filter(({ gate }) => gate === 'unequal-settings'),
      [],
    )
  })
}
