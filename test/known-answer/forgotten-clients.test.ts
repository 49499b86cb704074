import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

const clientCount = 30
const forgottenCount = 10

suite('clients that were upgraded and forgotten', () => {
  for (const transport of ['websocket', 'sse', 'long-poll']) {
    test(`${transport}: are reported by their numbers, and figures per client count those that are held`, async () => {
      const { trial } = await runKnownTrial({
        transport,
        clientCount,
        traffic: { messagesPerSecondPerChannel: 20 },
        measuredMs: 1_000,
        serverUrl: new URL(`../helpers/forgetful-server.js?${transport}`, import.meta.url).href,
      })
      const { askedCount, subscribedCount, heldCount } = trial.clients
      assert.deepEqual([askedCount, subscribedCount, heldCount], [clientCount, clientCount, clientCount - forgottenCount])
      const finding = trial.validity.reasons.find(({ gate }) => gate === 'held-mismatch')
      assert.equal(
        finding?.message,
        '30 clients report being subscribed, but the server holds 20; no message reached clients 0, 3, 6, 9, 12 and 5 more; figures per client count the 20',
      )
      // Two of the six of each step are forgotten. Their sockets are open all the same: 30 descriptors for 20 clients.
      assert.deepEqual(
        trial.ramp.map((step) => step.clientCount),
        [4, 8, 12, 16, 20],
      )
      assert.equal(trial.server.descriptors.perClient, 1.5)
      const { expectedCount, deliveredCount } = trial.ledger
      assert.deepEqual([expectedCount, expectedCount - deliveredCount], [20 * clientCount, 20 * forgottenCount])
    })
  }

  test('are none where all are held: both say the same, and no gate speaks', async () => {
    const { trial } = await runKnownTrial({
      transport: 'websocket',
      clientCount,
      traffic: { messagesPerSecondPerChannel: 20 },
      measuredMs: 1_000,
      probeClientCount: 4,
    })
    assert.equal(trial.clients.heldCount, clientCount)
    assert.deepEqual(
      trial.validity.reasons.filter(({ gate }) => gate === 'held-mismatch'),
      [],
    )
  })
})
