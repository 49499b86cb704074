import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { seededRandom } from '../../src/core/random.ts'
import { Transit } from '../../src/path/network.ts'

const still = () => 0

suite('Transit', () => {
  test('a delay alone is added to every piece', () => {
    const transit = new Transit({ delayMs: 25, jitterMs: 0 }, still)
    assert.deepEqual(
      [0, 1_000, 1_000].map((atUs) => transit.arrivalAtUs(atUs, 100)),
      [25_000, 26_000, 26_000],
    )
  })

  test('with a rate, one piece is sent after the other: 1,250 bytes at 1 Mbit/s are 10 ms', () => {
    const transit = new Transit({ delayMs: 20, jitterMs: 0, bandwidthBitsPerSecond: 1_000_000 }, still)
    assert.deepEqual(
      [
        [0, 1_250],
        [0, 1_250],
        [5_000, 125],
        [100_000, 1_250],
      ].map(([atUs, bytes]) => transit.arrivalAtUs(atUs!, bytes!)),
      [30_000, 40_000, 41_000, 130_000],
    )
  })

  test('jitter is added up to its limit and never reorders', () => {
    const random = seededRandom(3)
    const transit = new Transit({ delayMs: 10, jitterMs: 30 }, random)
    let previousUs = 0
    let most = 0
    for (let atUs = 0; atUs < 1_000_000; atUs += 1_000) {
      const arrivalUs = transit.arrivalAtUs(atUs, 1)
      assert.ok(arrivalUs >= previousUs && arrivalUs - atUs >= 10_000 && arrivalUs - atUs <= 40_000)
      previousUs = arrivalUs
      most = Math.max(most, arrivalUs - atUs)
    }
    assert.ok(most > 38_000, `${most}`)
  })

  test('the same seed gives the same arrivals', () => {
    const arrivals = () => {
      const transit = new Transit({ delayMs: 1, jitterMs: 5 }, seededRandom(9, 'relay 0'))
      return Array.from({ length: 20 }, (_, at) => transit.arrivalAtUs(at * 10_000, 10))
    }
    assert.deepEqual(arrivals(), arrivals())
  })
})
