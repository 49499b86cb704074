import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { splitRecovered } from '../../src/metrics/recovered.ts'
import type { Absence } from '../../src/metrics/recovery.ts'

/** Four messages, due and published at 0, 10, 20 and 30, for two clients; each column in the order of the receipts. */
const publishedAtUs = Float64Array.of(0, 10, 20, 30)
const receipts = [
  { message: 0, client: 0, receivedAtUs: 1 },
  { message: 0, client: 1, receivedAtUs: 2 },
  { message: 1, client: 0, receivedAtUs: 11 },
  // Client 1 is away from 5 to 25.
  { message: 1, client: 1, receivedAtUs: 25 },
  { message: 2, client: 1, receivedAtUs: 26 },
  { message: 2, client: 0, receivedAtUs: 27 },
  { message: 3, client: 1, receivedAtUs: 33 },
]
const all = {
  latenciesUs: Float64Array.from(receipts, ({ message, receivedAtUs }) => receivedAtUs - publishedAtUs[message]!),
  serviceLatenciesUs: Float64Array.from(receipts, ({ message, receivedAtUs }) => receivedAtUs - publishedAtUs[message]!),
  messageOf: Uint32Array.from(receipts, ({ message }) => message),
  clientOf: Uint32Array.from(receipts, ({ client }) => client),
  receivedAtUs: Float64Array.from(receipts, ({ receivedAtUs }) => receivedAtUs),
  // Message 3 never comes to client 0.
  expectedOfMessage: Uint32Array.of(2, 2, 2, 2),
  expectedOfClient: Uint32Array.of(4, 4),
}
const away: Absence = { client: 1, lostAtUs: 5, backAtUs: 25, hasFailed: true }

suite('recovered deliveries', () => {
  test('are those that were published before the return of their client and came after it', () => {
    const { live, recovered } = splitRecovered(all, [away], publishedAtUs)
    assert.deepEqual(
      [[...recovered.messageOf], [...recovered.latenciesUs]],
      [
        [1, 2],
        [15, 6],
      ],
    )
    assert.deepEqual(
      [[...live.messageOf], [...live.clientOf], [...live.latenciesUs]],
      [
        [0, 0, 1, 2, 3],
        [0, 1, 0, 0, 1],
        [1, 2, 1, 7, 3],
      ],
    )
    assert.deepEqual(
      [[...live.serviceLatenciesUs], [...live.receivedAtUs]],
      [
        [1, 2, 1, 7, 3],
        [1, 2, 11, 27, 33],
      ],
    )
  })

  test('are expected of nobody live, and a lost pair stays with the live ones', () => {
    const { live } = splitRecovered(all, [away], publishedAtUs)
    assert.deepEqual(
      [[...live.expectedOfMessage], [...live.expectedOfClient]],
      [
        [2, 1, 1, 2],
        [4, 2],
      ],
    )
    assert.deepEqual([...all.expectedOfMessage], [2, 2, 2, 2])
  })

  test('hold what was under way when the connection broke', () => {
    const { recovered } = splitRecovered(all, [{ ...away, lostAtUs: 15 }], publishedAtUs)
    assert.deepEqual([...recovered.messageOf], [1, 2])
  })

  test('are none where only an idle connection ended, or the client never came back', () => {
    for (const absence of [
      { ...away, hasFailed: false },
      { ...away, backAtUs: Infinity },
    ]) {
      const { live, recovered } = splitRecovered(all, [absence], publishedAtUs)
      assert.equal(live, all)
      assert.equal(recovered.messageOf.length, 0)
    }
  })

  test('count by the last return before each receipt', () => {
    const twice = [away, { client: 1, lostAtUs: 28, backAtUs: 31, hasFailed: true }]
    const { recovered } = splitRecovered(all, twice, publishedAtUs)
    assert.deepEqual([...recovered.messageOf], [1, 2, 3])
  })
})
