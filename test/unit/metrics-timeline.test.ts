import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { timeline } from '../../src/metrics/timeline.ts'
import { assertHonest } from './metrics-trial.ts'

describe('timeline', () => {
  it('puts what was due and what came into slices of 250 ms, on into the drain', () => {
    const slices = timeline({
      fromAtUs: 1_000_000,
      untilAtUs: 1_500_000,
      // The first is warm-up; each other goes to two clients, the last on the edge between both slices; 2 and 3 reach one of them only.
      dueAtUs: Float64Array.of(999_999, 1_000_000, 1_249_999, 1_250_000),
      expectedOfMessage: Uint32Array.of(0, 2, 2, 2),
      messageOf: Uint32Array.of(1, 2, 3, 1),
      receivedAtUs: Float64Array.of(1_000_300, 1_249_999, 1_250_000, 2_010_000),
      latenciesUs: Float64Array.of(300, 249_999, 1, 760_000),
    })
    assert.deepEqual(
      slices.map(({ atMs, dueCount, deliveredCount, arrivedCount, heldCount, maxUs }) => [
        atMs,
        dueCount,
        deliveredCount,
        arrivedCount,
        heldCount,
        maxUs,
      ]),
      [
        [0, 4, 2, 3, 0, 249_999],
        [250, 2, 1, 1, 1, 1],
        [500, 0, 0, 0, 1, null],
        [750, 0, 0, 0, 1, null],
        [1_000, 0, 1, 0, 0, 760_000],
      ],
    )
    assert.equal(slices[0]?.reasons['p50Us'], 'needs at least 8, got 2')
    assert.equal(slices[2]?.reasons['p50Us'], 'no delivery')
    assertHonest(slices)
  })

  it('shows the median of eight deliveries of a slice, in any order of receipt', () => {
    const latenciesUs = Float64Array.of(8, 1, 7, 2, 6, 3, 5, 4)
    const [slice] = timeline({
      fromAtUs: 0,
      untilAtUs: 250_000,
      dueAtUs: Float64Array.of(0),
      expectedOfMessage: Uint32Array.of(8),
      messageOf: new Uint32Array(8),
      receivedAtUs: latenciesUs,
      latenciesUs,
    })
    assert.deepEqual([slice?.p50Us, slice?.maxUs, slice?.reasons], [4, 8, {}])
    assert.deepEqual([...latenciesUs], [8, 1, 7, 2, 6, 3, 5, 4])
  })

  it('leaves out deliveries received before the window, and has no slice for no window', () => {
    const input = {
      dueAtUs: Float64Array.of(500),
      expectedOfMessage: Uint32Array.of(1),
      messageOf: Uint32Array.of(0),
      receivedAtUs: Float64Array.of(400),
      latenciesUs: Float64Array.of(-100),
    }
    const none = new Float64Array(0)
    const nothing = { dueAtUs: none, expectedOfMessage: new Uint32Array(0), receivedAtUs: none, latenciesUs: none }
    assert.equal(timeline({ ...input, fromAtUs: 500, untilAtUs: 1_000 })[0]?.deliveredCount, 0)
    assert.deepEqual(timeline({ ...input, ...nothing, fromAtUs: 500, untilAtUs: 500 }), [])
  })

  it('separates what came late from what never came', () => {
    // Polls at 300 and 1,050 ms, and a message for one client in each slice: 0 comes with the first, 1 and 2 with the second, 3 never.
    const slices = timeline({
      fromAtUs: 0,
      untilAtUs: 1_000_000,
      dueAtUs: Float64Array.of(100_000, 350_000, 600_000, 850_000),
      expectedOfMessage: Uint32Array.of(1, 1, 1, 1),
      messageOf: Uint32Array.of(0, 1, 2),
      receivedAtUs: Float64Array.of(300_000, 1_050_000, 1_050_000),
      latenciesUs: Float64Array.of(200_000, 700_000, 450_000),
    })
    assert.deepEqual(
      slices.map(({ dueCount, deliveredCount, arrivedCount, heldCount }) => [dueCount, deliveredCount, arrivedCount, heldCount]),
      [
        [1, 0, 1, 0],
        [1, 1, 1, 0],
        [1, 0, 1, 1],
        [1, 0, 0, 2],
        [0, 2, 0, 0],
      ],
    )
  })
})
