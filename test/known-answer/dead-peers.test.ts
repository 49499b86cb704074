import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FaultRecovery } from '../../src/core/fault-result.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { faultTrial } from '../helpers/fault-trial.ts'

const clientCount = 100
const deadCount = 10
const atMs = 500
/** Of `faultTrial`: to every client. */
const messagesPerSecond = 20
/** Samples of the descriptors are so far apart. */
const sampleMs = 250

/** A trial in which 10 of 100 clients vanish without a word half a second into the window. */
async function vanish(
  transport: string,
  measuredMs: number,
  options: Record<string, unknown> = {},
): Promise<{ trial: TrialResult; found: FaultRecovery }> {
  const { trial } = await faultTrial(transport, {
    clientCount,
    measuredMs,
    options,
    faults: [{ kind: 'half-open', atMs, ratio: deadCount / clientCount }],
  })
  const { faults, recovery, ledger } = trial
  assert.equal(faults![0]!.reachedCount, deadCount)
  // The others are as they were; the dead lack what fell due after they had gone, and nobody else lacks anything.
  assert.deepEqual([ledger.duplicatedCount, ledger.reorderedCount, ledger.unexpectedCount], [0, 0, 0])
  const dueToTheDead = (deadCount * messagesPerSecond * (measuredMs - atMs)) / 1_000
  // A poll that was not sent any more lacks what it would have brought: half an interval of 500 ms on average, one at most.
  const unread = transport === 'short-poll' ? deadCount * messagesPerSecond * 0.5 : 0
  assert.ok(ledger.lostCount >= dueToTheDead - deadCount && ledger.lostCount <= dueToTheDead + unread + deadCount, `${ledger.lostCount}`)
  return { trial, found: recovery!.faults[0]! }
}

suite('10 of 100 clients vanish without closing their connections', () => {
  for (const heartbeatMs of [1_000, 2_000]) {
    test(`websocket: a heartbeat of ${heartbeatMs} ms frees all of them after one to two of it, within 2.5`, async () => {
      const { trial, found } = await vanish('websocket', atMs + 2.5 * heartbeatMs + 500, { heartbeatMs })
      assert.equal(trial.connections.serverClosed!['deadPeer'], deadCount)
      assert.equal(found.serverKeptCount, 0)
      // The ping after the end goes unanswered, and the next one finds that out.
      assert.ok(found.serverKeptMs! >= heartbeatMs - sampleMs && found.serverKeptMs! <= 2.5 * heartbeatMs, `${found.serverKeptMs}`)
      // What was sent to them until then, and no more.
      const most = (deadCount * messagesPerSecond * 2.5 * heartbeatMs) / 1_000
      const least = (deadCount * messagesPerSecond * heartbeatMs) / 1_000
      assert.ok(found.sentInVainCount! >= least - deadCount && found.sentInVainCount! <= most, `${found.sentInVainCount}`)
    })
  }

  test('sse: heartbeats go one way and prove nothing: all are kept, and every message is sent to them', async () => {
    const { trial, found } = await vanish('sse', 4_000, { heartbeatMs: 500 })
    assert.deepEqual([found.serverKeptCount, found.serverKeptMs], [deadCount, null])
    assert.match(found.reasons['serverKeptMs']!, /not all of these connections were closed/)
    assert.equal(found.sentInVainCount, trial.ledger.lostCount)
  })

  test('sse: a queue that reaches its bound frees them, as slow consumers', async () => {
    const { trial } = await faultTrial('sse', {
      clientCount: 20,
      measuredMs: 6_000,
      options: { heartbeatMs: 15_000, clientBufferBytes: 65_536 },
      // 4 MB a second for each: the buffers of both kernels are full within 3 s.
      traffic: { messagesPerSecondPerChannel: 20, messageBytes: 200_000 },
      faults: [{ kind: 'half-open', atMs, ratio: 0.2 }],
    })
    assert.deepEqual([trial.connections.serverClosed!['slowConsumer'], trial.connections.serverClosed!['deadPeer'] ?? 0], [4, 0])
    assert.equal(trial.recovery!.faults[0]!.serverKeptCount, 0)
  })

  test('long-poll: the poll that was held is answered once, to nobody, and its connection stays', async () => {
    const { found } = await vanish('long-poll', 3_000)
    assert.equal(found.sentInVainCount, deadCount)
    assert.deepEqual([found.serverKeptCount, found.serverKeptMs], [deadCount, null])
  })

  test('short-poll: nothing is sent to who does not ask, and its connection stays', async () => {
    const { found } = await vanish('short-poll', 3_000)
    // At most the answer of a poll that was on its way when its client went.
    assert.ok(found.sentInVainCount! <= 1, `${found.sentInVainCount}`)
    assert.deepEqual([found.serverKeptCount, found.serverKeptMs], [deadCount, null])
  })
})
