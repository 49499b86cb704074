import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

test('a server that runs without TCP_NODELAY is found out by its own sockets, and the trial is invalid', async () => {
  const { trial } = await runKnownTrial({
    transport: 'sse',
    clientCount: 10,
    traffic: { messagesPerSecondPerChannel: 100 },
    measuredMs: 500,
    serverUrl: new URL('../helpers/planted-nagle.js', import.meta.url).href,
  })
  assert.equal(trial.validity.status, 'invalid')
  const unequal = trial.validity.reasons.find(({ gate }) => gate === 'unequal-settings')
  assert.equal(unequal?.message, 'the server settings differ from those of the others: 10 of 10 sockets lack TCP_NODELAY')
})

// test/process/descriptors.test.ts looks at the settings of all four as they are.
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
      measuredMs: 500,
    })
    assert.equal(trial.server.settings!.compressedCount, 10)
    assert.deepEqual(
      trial.validity.reasons.filter(({ gate }) => gate === 'unequal-settings'),
      [],
    )
  })
}
