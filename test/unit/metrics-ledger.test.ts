import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { allSettled } from '../../src/core/client-host-control.ts'
import { corruptedFlag, DeliveryRecorder } from '../../src/core/recorder.ts'
import { seededRandom, shuffle } from '../../src/core/random.ts'
import { emptyLedger, keepLedger } from '../../src/metrics/ledger.ts'
import type { LedgerInput, LedgerOutcome } from '../../src/metrics/ledger.ts'

const gapUs = 1_000
const lagUs = 50
const latencyUs = 300
type Row = [message: number, client: number, receivedAtUs?: number]

/** One channel, `warmUp` messages before the window, `measured` in it, `late` after it. */
function trial(shape: {
  warmUp?: number
  measured: number
  late?: number
  channels?: number[]
  clients: number[]
  unpublished?: number[]
  /** Absent = all of every client: nothing can come any more. */
  settled?: number[]
}) {
  const { warmUp = 0, measured, late = 0 } = shape
  const count = warmUp + measured + late
  const dueAtUs = Float64Array.from({ length: count }, (_, message) => message * gapUs)
  const publishedAtUs = dueAtUs.map((atUs, message) => (shape.unpublished?.includes(message) ? NaN : atUs + lagUs))
  const input = {
    schedule: { dueAtUs, publishedAtUs, channel: Uint32Array.from({ length: count }, (_, message) => shape.channels?.[message] ?? 0) },
    clientChannel: Uint32Array.from(shape.clients),
    measuredFromAtUs: warmUp * gapUs,
    measuredUntilAtUs: (warmUp + measured) * gapUs,
    gapMessageCount: 0,
    settledCountOf: shape.settled === undefined ? new Uint32Array(shape.clients.length).fill(allSettled) : Uint32Array.from(shape.settled),
  }
  return (...blocks: Row[][]): LedgerOutcome => keepLedger({ ...input, deliveries: blocks.map((rows) => blockOf(rows)) })
}

function blockOf(rows: readonly Row[]): Uint8Array {
  const recorder = new DeliveryRecorder()
  for (const [message, client, atUs] of rows) recorder.add(message, client, atUs ?? (message & 0xffff) * gapUs + latencyUs)
  return recorder.bytes()
}

function corrupted(cursor: number): number {
  return corruptedFlag + cursor
}

function assertIdentity({ ledger, latenciesUs, notReceivedOfClient }: LedgerOutcome): void {
  const { deliveredCount, lostCount, corruptedCount, notReceivedCount } = ledger
  assert.equal(ledger.expectedCount, deliveredCount + lostCount + corruptedCount + notReceivedCount)
  assert.equal(ledger.censoredCount, lostCount + corruptedCount + notReceivedCount)
  assert.equal(
    notReceivedOfClient.reduce((sum, count) => sum + count, 0),
    notReceivedCount,
  )
  assert.equal(latenciesUs.length, ledger.deliveredCount)
}

describe('ledger', () => {
  it('promises order among the messages of one sender, and not between senders', () => {
    const schedule = { dueAtUs: Float64Array.of(0, 1, 2), publishedAtUs: Float64Array.of(0, 1, 2), channel: new Uint32Array(3) }
    const keep = (sender: Uint32Array | undefined): number =>
      keepLedger({
        schedule: { ...schedule, sender },
        clientChannel: Uint32Array.of(0, 0),
        deliveries: [
          blockOf([
            [1, 0],
            [2, 0],
            [0, 0],
            [0, 1],
          ]),
        ],
        measuredFromAtUs: 0,
        measuredUntilAtUs: 10,
        gapMessageCount: 0,
      }).ledger.reorderedCount
    assert.deepEqual([keep(undefined), keep(Uint32Array.of(0, 1, 1)), keep(Uint32Array.of(0, 0, 1))], [1, 0, 1])
  })

  it('accounts for every pair of a trial without faults, and gives its columns', () => {
    const outcome = trial({ measured: 2, clients: [0, 0] })(
      [
        [0, 0],
        [1, 0],
      ],
      [
        [0, 1],
        [1, 1],
      ],
    )
    assertIdentity(outcome)
    assert.equal(outcome.ledger.expectedCount, 4)
    assert.equal(outcome.ledger.deliveredCount, 4)
    assert.deepEqual([...outcome.messageOf], [0, 1, 0, 1])
    assert.deepEqual([...outcome.clientOf], [0, 0, 1, 1])
    assert.deepEqual([...outcome.latenciesUs], [300, 300, 300, 300])
    assert.deepEqual([...outcome.serviceLatenciesUs], [250, 250, 250, 250])
    assert.deepEqual([...outcome.receivedAtUs], [300, 1_300, 300, 1_300])
    assert.deepEqual([...outcome.expectedOfClient], [2, 2])
    assert.deepEqual([...outcome.expectedOfMessage], [2, 2])
    assert.equal(outcome.negativeCount, 0)
  })

  it('counts what never came as lost, and as not received where the message was never published', () => {
    const outcome = trial({ measured: 3, clients: [0, 0], unpublished: [2] })([
      [0, 0],
      [0, 1],
      [1, 1],
    ])
    assertIdentity(outcome)
    assert.equal(outcome.ledger.expectedCount, 6)
    assert.equal(outcome.ledger.lostCount, 1)
    assert.deepEqual([...outcome.notReceivedOfClient], [1, 1])
  })

  it('calls nothing lost that a drain has cut off: what nothing later has passed is not received', () => {
    const play = trial({ measured: 5, clients: [0, 0, 0], settled: [0, 0, 0] })
    const outcome = play([
      [0, 0],
      [1, 0],
      [0, 1],
    ])
    assertIdentity(outcome)
    assert.deepEqual([outcome.ledger.lostCount, outcome.ledger.notReceivedCount], [0, 12])
    assert.deepEqual([...outcome.notReceivedOfClient], [3, 4, 5])
    // Message 3 has passed 1 and 2, and says nothing of 4.
    const passed = play([
      [0, 0],
      [3, 0],
    ]).ledger
    assert.deepEqual([passed.lostCount, passed.notReceivedCount], [2, 1 + 5 + 5])
  })

  it('takes a damaged copy, a duplicate and a message after the window for what has passed the ones before them', () => {
    const play = trial({ warmUp: 1, measured: 4, late: 1, clients: [0], settled: [0] })
    const figures = (rows: Row[]): number[] => {
      const outcome = play(rows)
      assertIdentity(outcome)
      const { deliveredCount, lostCount, corruptedCount, notReceivedCount } = outcome.ledger
      return [deliveredCount, lostCount, corruptedCount, notReceivedCount]
    }
    assert.deepEqual(figures([[corrupted(4), 0]]), [0, 2, 1, 1])
    assert.deepEqual(figures([[5, 0]]), [0, 4, 0, 0])
    assert.deepEqual(figures([[0, 0]]), [0, 0, 0, 4])
    assert.deepEqual(
      figures([
        [2, 0],
        [2, 0],
      ]),
      [1, 1, 0, 2],
    )
  })

  it('calls lost what is settled though nothing came behind it: a gap, a log that has moved on, an end marker', () => {
    const lostOf = (settled: number): number[] => {
      // The first message never left: the second is the first that was published.
      const outcome = trial({ measured: 5, clients: [0], unpublished: [0], settled: [settled] })([[1, 0]])
      assertIdentity(outcome)
      return [outcome.ledger.lostCount, outcome.ledger.notReceivedCount]
    }
    assert.deepEqual([0, 1, 2, 3, 4, allSettled].map(lostOf), [
      [0, 4],
      [0, 4],
      [1, 3],
      [2, 2],
      [3, 1],
      [3, 1],
    ])
  })

  it('where clients send, lets a later message prove only what the same sender sent before', () => {
    const schedule = { dueAtUs: Float64Array.of(0, 1, 2, 3), publishedAtUs: Float64Array.of(0, 1, 2, 3), channel: new Uint32Array(4) }
    const keep = (settled: number, rows: Row[]): number[] => {
      const outcome = keepLedger({
        schedule: { ...schedule, sender: Uint32Array.of(0, 1, 1, 0) },
        clientChannel: Uint32Array.of(0),
        deliveries: [blockOf(rows)],
        measuredFromAtUs: 0,
        measuredUntilAtUs: 10,
        gapMessageCount: 0,
        settledCountOf: Uint32Array.of(settled),
      })
      assertIdentity(outcome)
      return [outcome.ledger.lostCount, outcome.ledger.notReceivedCount]
    }
    assert.deepEqual(keep(0, [[3, 0]]), [1, 2])
    assert.deepEqual(keep(0, [[2, 0]]), [1, 2])
    assert.deepEqual(keep(0, [[corrupted(3), 0]]), [1, 2])
    assert.deepEqual(keep(allSettled, [[3, 0]]), [3, 0])
  })

  it('expects nothing for a client that never subscribed, and calls what it gets unexpected', () => {
    const outcome = trial({ measured: 2, clients: [0, 0xffff_ffff] })([
      [0, 0],
      [1, 0],
      [0, 1],
      [corrupted(1), 1],
    ])
    assert.equal(outcome.ledger.expectedCount, 2)
    assert.equal(outcome.ledger.unexpectedCount, 2)
    assert.deepEqual([...outcome.expectedOfClient], [2, 0])
  })

  it('keeps channels separate', () => {
    const outcome = trial({ measured: 4, channels: [0, 1, 0, 1], clients: [0, 1, 1] })([
      [0, 0],
      [2, 0],
      [1, 1],
      [3, 1],
      [1, 2],
      [2, 2],
    ])
    assertIdentity(outcome)
    assert.equal(outcome.ledger.expectedCount, 6)
    assert.equal(outcome.ledger.deliveredCount, 5)
    assert.equal(outcome.ledger.unexpectedCount, 1)
    assert.equal(outcome.ledger.lostCount, 1)
  })

  it('counts each further copy as a duplicate and none as reordered', () => {
    const { ledger } = trial({ measured: 2, clients: [0] })([
      [0, 0],
      [1, 0],
      [0, 0],
      [0, 0],
      [1, 0],
    ])
    assert.equal(ledger.duplicatedCount, 3)
    assert.equal(ledger.reorderedCount, 0)
    assert.equal(ledger.deliveredCount, 2)
  })

  it('counts a first receipt behind a later message as reordered, also behind one after the window', () => {
    const play = trial({ measured: 3, late: 1, clients: [0] })
    assert.equal(
      play([
        [1, 0],
        [0, 0],
        [2, 0],
      ]).ledger.reorderedCount,
      1,
    )
    assert.equal(
      play([
        [2, 0],
        [0, 0],
        [1, 0],
      ]).ledger.reorderedCount,
      2,
    )
    assert.equal(
      play([
        [0, 0],
        [1, 0],
        [3, 0],
        [2, 0],
      ]).ledger.reorderedCount,
      1,
    )
  })

  it('keeps the warm-up apart and ignores what is due after the window', () => {
    const outcome = trial({ warmUp: 2, measured: 2, late: 2, clients: [0, 0] })([
      [0, 0],
      [0, 0],
      [2, 0],
      [4, 0],
      [5, 0],
      [corrupted(1), 1],
      [corrupted(6), 1],
    ])
    assert.deepEqual(
      { ...outcome.ledger },
      {
        ...emptyLedger,
        expectedCount: 4,
        deliveredCount: 1,
        lostCount: 3,
        censoredCount: 3,
        warmUpExpectedCount: 4,
        warmUpDeliveredCount: 1,
      },
    )
  })

  it('calls a receipt unexpected only from the start of the window on', () => {
    const { ledger } = trial({ warmUp: 1, measured: 1, clients: [0] })([
      [9, 0, 999],
      [9, 0, 1_000],
      [0, 7, 1_000],
      [corrupted(3), 0, 1_000],
      [corrupted(0), 0, 1_000],
      [corrupted(1), 7, 999],
    ])
    assert.equal(ledger.unexpectedCount, 4)
  })

  it('counts a pair as corrupted once, and not at all when an intact copy comes before or after', () => {
    const play = trial({ measured: 3, clients: [0] })
    assert.equal(
      play([
        [corrupted(1), 0],
        [corrupted(1), 0],
      ]).ledger.corruptedCount,
      1,
    )
    assert.equal(
      play([
        [corrupted(1), 0],
        [corrupted(1), 0],
      ]).ledger.lostCount,
      2,
    )
    assert.equal(
      play([
        [corrupted(1), 0],
        [0, 0],
      ]).ledger.corruptedCount,
      0,
    )
    assert.equal(
      play([
        [0, 0],
        [corrupted(1), 0],
      ]).ledger.corruptedCount,
      0,
    )
    for (const rows of [
      [[corrupted(2), 0]],
      [
        [corrupted(2), 0],
        [1, 0],
      ],
      [
        [1, 0],
        [corrupted(2), 0],
      ],
    ] as Row[][])
      assertIdentity(play(rows))
  })

  it('reads a cursor as the c-th published message of the channel', () => {
    const play = trial({ measured: 4, channels: [0, 1, 1, 1], clients: [1], unpublished: [1] })
    // Message 1 never reached the server, so cursor 1 is message 2; the third does not exist.
    assert.equal(
      play([
        [corrupted(1), 0],
        [2, 0],
      ]).ledger.corruptedCount,
      0,
    )
    assert.equal(
      play([
        [corrupted(2), 0],
        [2, 0],
      ]).ledger.corruptedCount,
      1,
    )
    assert.equal(play([[corrupted(3), 0, 0]]).ledger.unexpectedCount, 1)
  })

  it('counts deliveries before they were due', () => {
    assert.equal(
      trial({ measured: 2, clients: [0] })([
        [0, 0, -1],
        [1, 0, 1_000],
      ]).negativeCount,
      1,
    )
  })

  it('reads blocks at any offset of a larger buffer', () => {
    const rows: Row[] = [
      [0, 0],
      [1, 0],
    ]
    const bytes = blockOf(rows)
    for (let offset = 0; offset < 9; offset++) {
      const buffer = Buffer.alloc(bytes.length + offset)
      buffer.set(bytes, offset)
      const input: LedgerInput = {
        schedule: { dueAtUs: Float64Array.of(0, 1_000), publishedAtUs: Float64Array.of(0, 1_000), channel: new Uint32Array(2) },
        clientChannel: new Uint32Array(1),
        deliveries: [buffer.subarray(offset)],
        measuredFromAtUs: 0,
        measuredUntilAtUs: 2_000,
        gapMessageCount: 3,
      }
      assert.deepEqual([...keepLedger(input).latenciesUs], [300, 300])
      assert.equal(keepLedger(input).ledger.gapMessageCount, 3)
    }
  })

  it('refuses half a record, columns of unequal length, disorder, and a receipt of what was never published', () => {
    const good = { dueAtUs: Float64Array.of(0, 1), publishedAtUs: Float64Array.of(0, 1), channel: new Uint32Array(2) }
    const input = {
      schedule: good,
      clientChannel: new Uint32Array(1),
      measuredFromAtUs: 0,
      measuredUntilAtUs: 9,
      gapMessageCount: 0,
      deliveries: [],
    }
    const refused = { code: 'ERR_LEDGER' }
    assert.throws(() => keepLedger({ ...input, deliveries: [new Uint8Array(17)] }), refused)
    assert.throws(() => keepLedger({ ...input, schedule: { ...good, channel: new Uint32Array(1) } }), refused)
    assert.throws(() => keepLedger({ ...input, schedule: { ...good, dueAtUs: Float64Array.of(1, 0) } }), refused)
    assert.throws(() => keepLedger({ ...input, schedule: { ...good, dueAtUs: Float64Array.of(0, NaN) } }), refused)
    assert.throws(
      () => keepLedger({ ...input, schedule: { ...good, publishedAtUs: Float64Array.of(NaN, 1) }, deliveries: [blockOf([[0, 0]])] }),
      refused,
    )
  })

  it('is all zeros for an empty trial', () => {
    const outcome = trial({ measured: 0, clients: [] })()
    assertIdentity(outcome)
    assert.equal(outcome.ledger.expectedCount, 0)
  })

  it('finds exactly the planted faults in 100,000 pairs (K15)', () => {
    const [clients, messages] = [100, 1_000]
    const random = seededRandom(15)
    const rows: Row[][] = Array.from({ length: clients }, (_, client) =>
      Array.from({ length: messages }, (_, message): Row => [message, client]),
    )
    // Places 2 apart, so that no two plants touch each other.
    const places = shuffle([...Array((clients * messages) / 2).keys()], random).slice(0, 307)
    const plants = places.map((place, index) => ({
      client: Math.floor((place * 2) / messages),
      at: (place * 2) % messages,
      kind: index < 100 ? 'drop' : index < 200 ? 'dup' : index < 300 ? 'swap' : 'corrupt',
    }))
    // From the end, so that a dropped or added record does not move the places before it.
    for (const { client, at, kind } of plants.sort((a, b) => b.at - a.at)) {
      const list = rows[client]!
      const [message] = list[at]!
      if (kind === 'drop') list.splice(at, 1)
      else if (kind === 'dup') list.splice(at, 0, [message, client])
      else if (kind === 'swap') list.splice(at, 2, list[at + 1]!, list[at]!)
      else list[at] = [corrupted(message + 1), client]
    }
    const outcome = trial({ measured: messages, clients: Array<number>(clients).fill(0) })(...rows)
    assertIdentity(outcome)
    const { lostCount, duplicatedCount, reorderedCount, corruptedCount, unexpectedCount } = outcome.ledger
    assert.deepEqual(
      { lostCount, duplicatedCount, reorderedCount, corruptedCount, unexpectedCount },
      { lostCount: 100, duplicatedCount: 100, reorderedCount: 100, corruptedCount: 7, unexpectedCount: 0 },
    )
  })

  it('keeps the identity and the exact counts under any mix of faults', () => {
    const fate = fc.constantFrom('deliver', 'drop', 'duplicate', 'swap', 'corrupt', 'cure', 'foreign')
    fc.assert(
      fc.property(fc.array(fc.array(fate, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 }), (fates) => {
        const measured = Math.max(...fates.map((list) => list.length))
        const planted = { lostCount: 0, duplicatedCount: 0, reorderedCount: 0, corruptedCount: 0, unexpectedCount: 0 }
        const blocks = fates.map((list, client) => {
          const rows: Row[] = []
          for (let message = 0; message < measured; message++) {
            const kind = list[message] ?? 'deliver'
            if (kind === 'drop') planted.lostCount++
            else if (kind === 'corrupt') planted.corruptedCount += rows.push([corrupted(message + 1), client]) > 0 ? 1 : 0
            else rows.push([message, client])
            if (kind === 'duplicate') planted.duplicatedCount += rows.push([message, client]) > 0 ? 1 : 0
            if (kind === 'cure') rows.push([corrupted(message + 1), client])
            if (kind === 'foreign') planted.unexpectedCount += rows.push([measured + message, client, gapUs]) > 0 ? 1 : 0
            if (kind === 'swap' && message + 1 < measured && (list[message + 1] ?? 'deliver') === 'deliver') {
              rows.splice(rows.length - 1, 0, [++message, client])
              planted.reorderedCount++
            }
          }
          return rows
        })
        const outcome = trial({ measured, clients: fates.map(() => 0) })(...blocks)
        assertIdentity(outcome)
        const { lostCount, duplicatedCount, reorderedCount, corruptedCount, unexpectedCount } = outcome.ledger
        assert.deepEqual({ lostCount, duplicatedCount, reorderedCount, corruptedCount, unexpectedCount }, planted)
        assert.equal(outcome.ledger.expectedCount, measured * fates.length)
      }),
    )
  })
})
