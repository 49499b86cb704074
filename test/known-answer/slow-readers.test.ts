import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { faultTrial } from '../helpers/fault-trial.ts'

const clientCount = 100

suite('5 of 100 clients stop to read', () => {
  for (const transport of ['sse', 'websocket']) {
    test(`${transport}: they are cut at the bound and recover; the ledger of the others is whole`, async () => {
      const known = await faultTrial(transport, {
        clientCount,
        measuredMs: 6_000,
        options: { heartbeatMs: 15_000, clientBufferBytes: 65_536 },
        // 20 messages/s of 100 KB fill the buffers of both kernels and the bound of 64 KiB within 3 s.
        traffic: { messagesPerSecondPerChannel: 20, messageBytes: 100_000 },
        faults: [{ kind: 'slow-readers', atMs: 500, ratio: 0.05, durationMs: 4_500 }],
      })
      const { faults, recovery, connections, ledger, server } = known.trial
      const [found] = recovery!.faults
      assert.equal(faults![0]!.reachedCount, 5)
      assert.equal(connections.serverClosed!['slowConsumer'], 5)
      assert.ok(server.maxQueuedBytes! <= 65_536 + 100_200, `${server.maxQueuedBytes}`)
      assert.deepEqual([found!.awayCount, found!.returnedCount, found!.missedCount], [5, 5, 0])
      assert.ok(found!.serverKeptMs! > 0 && found!.serverKeptMs! < 4_500, `${found!.serverKeptMs}`)
      assert.deepEqual([ledger.lostCount, ledger.duplicatedCount, ledger.reorderedCount], [0, 0, 0])
    })
  }

  test('long-poll: an answer that nobody reads is kept by the kernel, and read in the end', async () => {
    const known = await faultTrial('long-poll', {
      clientCount,
      measuredMs: 3_000,
      faults: [{ kind: 'slow-readers', atMs: 500, ratio: 0.05, durationMs: 1_500 }],
    })
    const { ledger, deliveryLatencyUs, recovery } = known.trial
    assert.deepEqual([ledger.lostCount, ledger.duplicatedCount], [0, 0])
    assert.equal(recovery!.faults[0]!.awayCount, 0)
    // The first message after the stop waited for the whole of it.
    assert.ok(deliveryLatencyUs.max! > 1_400_000, `${deliveryLatencyUs.max}`)
  })
})
