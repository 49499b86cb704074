import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ConnectionEvent, ConnectionEventKind } from '../../src/core/connection-log.ts'
import { absencesOf, peakWithin, recoveryOf, type RecoveryInput } from '../../src/metrics/recovery.ts'

/** Instants in ms of the made-up trial. */
function event(kind: ConnectionEventKind, client: number, atMs: number): ConnectionEvent {
  return { kind, client, atUs: atMs * 1_000 }
}

const none = { messageOf: new Uint32Array(0), clientOf: new Uint32Array(0) }

/** Four clients on one channel; a server that is killed at 1 s and back at 2 s; a message every 500 ms from 0 to 4.5 s. */
function input(events: ConnectionEvent[], extra: Partial<RecoveryInput> = {}): RecoveryInput {
  return {
    events,
    clientCount: 4,
    faults: [{ kind: 'server-kill', startedAtUs: 1_000_000, endedAtUs: 2_000_000 }],
    fromAtUs: 0,
    untilAtUs: 5_000_000,
    dueAtUs: Float64Array.from({ length: 10 }, (_, at) => at * 500_000),
    channelOfMessage: new Uint32Array(10),
    channelOfClient: new Uint32Array(4),
    duplicatedCount: 0,
    ...none,
    ...extra,
  }
}

/** All four lose it at 1,001 ms, fail to reconnect at 1.1 s, and come back at 2.1, 2.2, 2.3 and 2.4 s. */
const storm = [0, 1, 2, 3].flatMap((client) => [
  event('lost', client, 1_001),
  event('failed', client, 1_001),
  event('attempt', client, 1_100),
  event('attempt', client, 2_050 + 100 * client),
  event('back', client, 2_100 + 100 * client),
])

suite('recoveryOf', () => {
  test('counts attempts, failed ones, peaks and the time until half and all are back', () => {
    const { faults } = recoveryOf(input(storm))
    const [found] = faults
    assert.equal(found!.awayCount, 4)
    assert.equal(found!.returnedCount, 4)
    assert.equal(found!.attemptCount, 8)
    assert.equal(found!.failedAttemptCount, 4)
    assert.equal(found!.peakAttemptsPer100Ms, 4)
    // From 1.1 s to before 2.1 s: four failures and the first that succeeds.
    assert.equal(found!.peakAttemptsPerSecond, 5)
    assert.equal(found!.peakConnectsPerSecond, 4)
    assert.deepEqual(found!.backAfterStartMs, { p50: 1_200, p99: 1_400, all: 1_400, reasons: {} })
    assert.deepEqual(found!.backAfterEndMs, { p50: 200, p99: 400, all: 400, reasons: {} })
  })

  test('a message is recovered when it fell due while its client was away and came, missed when it did not come', () => {
    // Due while away: at 1.5 s and 2 s for all four. Client 3 never gets the one of 2 s (message 4); message 2, due at 1 s, is before the loss.
    const pairs = [0, 1, 2, 3]
      .flatMap((client) => [2, 3, 4, 5].map((message) => ({ client, message })))
      .filter(({ client, message }) => !(client === 3 && message === 4))
    const { faults } = recoveryOf(
      input(storm, {
        messageOf: Uint32Array.from(pairs, ({ message }) => message),
        clientOf: Uint32Array.from(pairs, ({ client }) => client),
      }),
    )
    assert.deepEqual([faults[0]!.dueWhileAwayCount, faults[0]!.recoveredCount, faults[0]!.missedCount], [8, 7, 1])
  })

  test('who does not come back is no time, with the reason', () => {
    const events = storm.filter(({ kind, client }) => !(kind === 'back' && client === 3))
    const [found] = recoveryOf(input(events)).faults
    assert.equal(found!.returnedCount, 3)
    assert.deepEqual(found!.backAfterStartMs, {
      p50: 1_200,
      p99: null,
      all: null,
      reasons: { p99: '1 of 4 clients did not come back', all: '1 of 4 clients did not come back' },
    })
    // From its loss to the end of the window: 1.5 to 4.5 s.
    assert.equal(found!.dueWhileAwayCount, 3 * 2 + 7)
  })

  test('a fault that nobody noticed has no times', () => {
    const [found] = recoveryOf(input([])).faults
    assert.deepEqual([found!.awayCount, found!.attemptCount, found!.peakAttemptsPerSecond], [0, 0, 0])
    assert.deepEqual(found!.backAfterStartMs.reasons, { p50: 'no client was away', p99: 'no client was away', all: 'no client was away' })
  })

  test('of two faults each has what came after it and before the next', () => {
    const later = [event('lost', 0, 3_000), event('attempt', 0, 3_100), event('back', 0, 3_150)]
    const { faults } = recoveryOf(
      input([...storm, ...later], {
        faults: [
          { kind: 'server-kill', startedAtUs: 1_000_000, endedAtUs: 2_000_000 },
          { kind: 'cut', startedAtUs: 3_000_000, endedAtUs: 3_000_000 },
        ],
      }),
    )
    assert.deepEqual(
      faults.map(({ kind, awayCount, attemptCount, backAfterEndMs }) => [kind, awayCount, attemptCount, backAfterEndMs.all]),
      [
        ['server-kill', 4, 8, 400],
        ['cut', 1, 1, 150],
      ],
    )
  })

  test('the slices follow the clients that are connected, and go on after the window', () => {
    const late = [event('lost', 0, 4_900), event('attempt', 0, 5_210), event('back', 0, 5_250)]
    const { reconnects } = recoveryOf(input([...storm, ...late]))
    assert.equal(reconnects.sliceMs, 100)
    assert.equal(reconnects.connectedCount.length, 53)
    assert.deepEqual(
      [9, 10, 20, 21, 22, 23, 24, 48, 49, 52].map((slice) => reconnects.connectedCount[slice]),
      [4, 0, 0, 1, 2, 3, 4, 4, 3, 4],
    )
    assert.equal(reconnects.attemptCount[11], 4)
    assert.equal(
      reconnects.attemptCount.reduce((sum, count) => sum + count, 0),
      9,
    )
  })
})

suite('absences', () => {
  test('pair each loss with the return that follows it, whatever order the hosts report in', () => {
    const events = [
      event('back', 1, 30),
      event('lost', 1, 10),
      event('lost', 1, 50),
      event('failed', 1, 50),
      event('attempt', 1, 20),
      event('lost', 2, 5),
    ]
    assert.deepEqual(absencesOf(events), [
      { client: 2, lostAtUs: 5_000, backAtUs: Infinity, hasFailed: false },
      { client: 1, lostAtUs: 10_000, backAtUs: 30_000, hasFailed: false },
      { client: 1, lostAtUs: 50_000, backAtUs: Infinity, hasFailed: true },
    ])
  })

  test('a peak is the most within any span, not within one of a grid', () => {
    assert.equal(peakWithin([], 100), 0)
    assert.equal(peakWithin([90, 95, 105, 110], 100), 4)
    assert.equal(peakWithin([0, 100], 100), 1)
    assert.equal(peakWithin([300, 0, 99, 301], 100), 2)
  })
})
