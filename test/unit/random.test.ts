import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { stationaryAgeMs } from '../../clients/long-poll.ts'
import { exponential, seededRandom, shuffle } from '../../src/core/random.ts'

suite('random', () => {
  test('is mulberry32: the published first numbers of the seeds 0 and 1', () => {
    const [zero, one] = [seededRandom(0), seededRandom(1)]
    assert.deepEqual([zero(), zero()], [0.26642920868471265, 0.0003297457005828619])
    assert.deepEqual([one(), one(), one()], [0.6270739405881613, 0.002735721180215478, 0.5274470399599522])
  })

  test('the same seed and stream give the same numbers, and neither alone does', () => {
    const draw = (seed: number, stream: string) => [0, 1, 2].map(seededRandom(seed, stream))
    assert.deepEqual(draw(7, 'a'), draw(7, 'a'))
    assert.notDeepEqual(draw(7, 'a'), draw(7, 'b'))
    assert.notDeepEqual(draw(7, 'a'), draw(8, 'a'))
    assert.notDeepEqual(draw(7, 'ab'), draw(7, 'ba'))
  })

  test('the first draws of many streams are spread evenly and do not follow their number', () => {
    const count = 2_000
    const distances = Array.from({ length: 101 }, (_, seed) => {
      const firsts = Array.from({ length: count }, (_unused, index) => seededRandom(seed, `client ${index}`)()).sort((a, b) => a - b)
      return Math.sqrt(count) * Math.max(...firsts.map((value, index) => Math.abs((index + 0.5) / count - value)))
    }).sort((a, b) => a - b)
    // Kolmogorov's distribution: median 0.828; one value in 10,000 is above 2.23.
    assert.ok(Math.abs(distances[50]! - 0.828) < 0.1 && distances[100]! < 2.23, `median ${distances[50]}, largest ${distances[100]}`)
    const firsts = Array.from({ length: count }, (_, index) => seededRandom(7, `client ${index}`)())
    // Serial correlation of neighbours: 0 ± 4 standard deviations of 1 / √n.
    const mean = 0.5
    let [over, under] = [0, 0]
    for (let index = 0; index + 1 < count; index++) {
      over += (firsts[index]! - mean) * (firsts[index + 1]! - mean)
      under += (firsts[index]! - mean) ** 2
    }
    assert.ok(Math.abs(over / under) < 4 / Math.sqrt(count), `correlation ${over / under}`)
    assert.ok(new Set(firsts).size > 0.999 * count)
  })

  test('exponential draws have the mean and the median of their distribution', () => {
    const random = seededRandom(5, 'exponential')
    const draws = Array.from({ length: 40_000 }, () => exponential(random, 20)).sort((a, b) => a - b)
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length
    // The standard error of the mean is 20 / √40,000 = 0.1.
    assert.ok(Math.abs(mean - 20) < 0.4, `${mean}`)
    assert.ok(Math.abs(draws[20_000]! - 20 * Math.LN2) < 0.4)
    assert.ok(draws[0]! >= 0 && Number.isFinite(draws.at(-1)!))
  })

  test('a shuffle keeps all items, and every order of three comes equally often', () => {
    const random = seededRandom(9, 'shuffle')
    const counts = new Map<string, number>()
    for (let round = 0; round < 6_000; round++) {
      const order = shuffle(['a', 'b', 'c'], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    assert.deepEqual([...counts.keys()].sort(), ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
    // 1,000 each; the standard deviation is 29.
    for (const [order, count] of counts) assert.ok(Math.abs(count - 1_000) < 145, `${order}: ${count}`)
  })

  test('the age of a hold: between 0 and the hold, its median where the distribution has it', () => {
    // Rate 0: uniform.
    assert.deepEqual(
      [0, 0.5, 0.999].map((draw) => stationaryAgeMs(1_000, 0, draw)),
      [0, 500, 999],
    )
    // Rate 1/s, hold 1 s: median a with 1 − e^−a = (1 − e^−1) / 2, so a = −ln((1 + e^−1) / 2) = 0.37989 s.
    assert.ok(Math.abs(stationaryAgeMs(1_000, 1, 0.5) - 379.885) < 0.001)
    for (const rate of [0, 1e-9, 0.1, 10, 1e6]) {
      for (const draw of [0, 0.5, 1 - 2 ** -32]) {
        const ageMs = stationaryAgeMs(25_000, rate, draw)
        assert.ok(ageMs >= 0 && ageMs <= 25_000, `${rate} ${draw}: ${ageMs}`)
      }
    }
  })
})
