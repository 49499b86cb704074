import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { connectionDefects } from '../../servers/sabotage/connection-defects.ts'
import { logDefects } from '../../servers/sabotage/log-defects.ts'
import { meterDefects } from '../../servers/sabotage/meter-defects.ts'
import type { ServerContext } from '../../servers/contract.ts'
import { MessageLog } from '../../servers/message-log.ts'
import type { KnownTrial } from '../../src/calibrate/known-trial.ts'
import { controlRows } from '../../src/calibrate/sabotage/control.ts'
import { exactly, isMissed, notHere, saboteurUrl, within } from '../../src/calibrate/sabotage/detection.ts'
import { payloadMaker, sequenceOf } from '../../src/core/payload.ts'
import { parseLine, type WireMessage } from '../../src/core/wire.ts'

const payload = payloadMaker(64, 7)

/** What a log with these defects holds after it took messages 0 … count − 1 in pieces of three: their sequences, −1 for a damaged one. */
function logged(names: readonly string[], plan: string, count: number): number[] {
  const log = new MessageLog()
  for (const name of names) logDefects[name]!({} as FastifyInstance, { log } as ServerContext, new URLSearchParams(plan))
  for (let first = 0; first < count; first += 3) {
    const sequences = [first, first + 1, first + 2].filter((sequence) => sequence < count)
    log.publish(sequences.map((sequence) => ({ channel: 'c0', data: payload(sequence) })))
  }
  return log
    .channel('c0')
    .since(0)
    .messages.map(({ line }) => sequenceOf((parseLine(line) as WireMessage).data))
}

suite('a planted defect of the log', () => {
  test('none leaves all messages as they are', () => {
    assert.deepEqual(logged([], '', 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  for (const [name, expected] of [
    ['drop', [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13]],
    ['duplicate', [0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 13]],
    ['flip', [0, 1, 2, 3, 4, -1, 6, 7, 8, 9, 10, 11, 12, 13]],
    ['swap', [0, 1, 2, 3, 4, 5, 6, 8, 7, 9, 10, 11, 12, 13]],
  ] as const) {
    test(`${name} touches one message in ten, and no other`, () => {
      assert.deepEqual(logged([name], 'every=10', 14), expected)
    })
  }

  test('all four together keep their counts, and the cursor of the flipped message', () => {
    const names = ['drop', 'duplicate', 'flip', 'swap']
    assert.deepEqual(logged(names, 'every=10', 20), [0, 2, 3, 3, 4, -1, 6, 8, 7, 9, 10, 12, 13, 13, 14, -1, 16, 18, 17, 19])
    // Cursors count from 1: the sixth and the sixteenth message are the flipped ones.
    assert.equal(logged(names, 'every=10', 20).indexOf(-1), 5)
    assert.equal(logged(names, 'every=10', 20).lastIndexOf(-1), 15)
  })

  test('flips one byte of the data and nothing else', () => {
    const log = new MessageLog()
    logDefects['flip']!({} as FastifyInstance, { log } as ServerContext, new URLSearchParams('every=10'))
    log.publish([{ channel: 'c0', data: payload(5) }])
    const { data } = parseLine(log.channel('c0').since(0).messages[0]!.line) as WireMessage
    const [damaged, intact] = [Buffer.from(data), Buffer.from(payload(5))]
    assert.equal(damaged.length, intact.length)
    assert.equal(intact.filter((byte, at) => byte !== damaged[at]).length, 1)
  })

  test('is refused when its plan has no number for it', () => {
    for (const plan of ['', 'every=0', 'every=x', 'every=1.5']) {
      assert.throws(() => logged(['drop'], plan, 1), { code: 'ERR_HARNESS', message: /every=/ })
    }
  })
})

suite('detection', () => {
  test('plants what the saboteur knows', () => {
    const url = new URL(saboteurUrl('sse', ['drop', 'flip'], { every: 100 }))
    assert.match(url.pathname, /servers\/sabotage\/saboteur\.js$/)
    assert.equal(url.search, '?transport=sse&defect=drop&defect=flip&every=100')
    const known = { ...logDefects, ...connectionDefects, ...meterDefects }
    assert.deepEqual(
      url.searchParams.getAll('defect').filter((name) => !(name in known)),
      [],
    )
  })

  test('names a count that is met exactly, and nothing else', () => {
    const isNamed = (expected: number, measured: number | null) => exactly('S1', 'drops', 'lost', expected, measured).isNamed
    assert.equal(isNamed(160, 160), true)
    assert.equal(isNamed(160, 159), false)
    assert.equal(isNamed(160, 161), false)
    assert.equal(isNamed(160, null), false)
    // A plan that plants nothing proves nothing.
    assert.equal(isNamed(0, 0), false)
  })

  test('names a figure in its range, ends included, and nothing else', () => {
    const row = { id: 'S13', defect: 'Nagle', meter: 'p50' }
    const isNamed = (measured: number | null) => within(row, [32, 48], measured, 'ms').isNamed
    assert.deepEqual([32, 41.9, 48].map(isNamed), [true, true, true])
    assert.deepEqual([31.9, 48.1, Number.NaN, null].map(isNamed), [false, false, false, false])
  })
})

/** A trial of ten messages to one SSE client, 1 ms each, with a figure changed. */
function trialWith({ ledger = {}, afterCount = 20, externalBytes = 1_000, stallMaxUs = 100, lateUs = 1_000, lateCount = 0 }): KnownTrial {
  const none = { lostCount: 0, notReceivedCount: 0, duplicatedCount: 0, reorderedCount: 0, unexpectedCount: 0, corruptedCount: 0 }
  const messages = Array.from({ length: 10 }, (_, message) => message)
  return {
    trial: {
      ledger: { ...none, ...ledger },
      server: {
        loop: { stallMaxUs },
        descriptors: { baselineCount: 20, afterCount },
        memory: { baseline: { externalBytes: 1_000 }, after: { externalBytes } },
      },
    },
    deliveries: messages.map((message) => ({
      message,
      client: 0,
      receivedAtUs: message * 10_000 + (message < lateCount ? lateUs : 1_000),
    })),
    dueAtUs: Float64Array.from(messages, (message) => message * 10_000),
    fromAtUs: 0,
    untilAtUs: 100_000,
    seed: 7,
  } as unknown as KnownTrial
}

suite('the control', () => {
  const found = (known: KnownTrial): string[] =>
    controlRows('sse', known)
      .filter(isMissed)
      .map(({ meter, measured }) => `${meter}: ${measured}`)

  test('finds nothing in a trial without a defect', () => {
    assert.deepEqual(found(trialWith({})), [])
  })

  for (const [what, figures, expected] of [
    ['a lost pair', { ledger: { lostCount: 1 } }, 'lost: 1'],
    ['a pair that was not received', { ledger: { notReceivedCount: 1 } }, 'lost: 1'],
    ['a duplicate', { ledger: { duplicatedCount: 1 } }, 'duplicated: 1'],
    ['a reordered pair', { ledger: { reorderedCount: 1 } }, 'reordered: 1'],
    ['a corrupted pair', { ledger: { corruptedCount: 1 } }, 'corrupted: 1'],
    ['an unexpected delivery', { ledger: { unexpectedCount: 1 } }, 'unexpected: 1'],
    ['one delivery 100 ms late', { lateCount: 1, lateUs: 100_000 }, 'measured − oracle from 99 ms on: 1'],
    ['a delivery before it was due', { lateCount: 1, lateUs: -1 }, 'measured − oracle below 0: 1'],
    ['25 ms on average', { lateCount: 10, lateUs: 25_000 }, 'measured − oracle, mean: 25 ms (p50 25 ms, p99 25 ms)'],
    ['a stall of 1 s', { stallMaxUs: 1_000_000 }, 'stall of the server: 1000 ms'],
    ['a descriptor left', { afterCount: 21 }, 'descriptors after − baseline: 1'],
    ['10 KiB kept for each message', { externalBytes: 103_400 }, 'external memory after − baseline, per message: 10200 B'],
  ] as const) {
    test(`finds ${what}`, () => {
      assert.deepEqual(found(trialWith(figures)), [expected])
    })
  }

  test('what does not apply is neither named nor missed', () => {
    const row = notHere({ id: 'S13', defect: 'Nagle', meter: 'p50' }, 'the client only reads')
    assert.equal(row.isNamed, false)
    assert.equal(isMissed(row), false)
  })
})
