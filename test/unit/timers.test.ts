import assert from 'node:assert/strict'
import { mock, suite, test } from 'node:test'
import { Timers } from '../../clients/timers.ts'
import { seededRandom } from '../../src/core/random.ts'
import { fakeClock, fakeNow } from '../helpers/contract-fake-clock.ts'

/** The fake clock starts at 1,000,000 ms, a slot of every grid used here with phase 0. */
const startUs = 1_000_000_000

function withClock(run: (timers: Timers, advance: (ms: number) => void) => void): () => void {
  return () => {
    const clock = fakeClock()
    const timers = new Timers()
    try {
      run(timers, clock.advance)
    } finally {
      timers.stop()
      clock.restore()
    }
  }
}

suite('Timers', () => {
  test(
    'fires in the order of the due instants, never before them',
    withClock((timers, advance) => {
      const fired: string[] = []
      timers.after(30, () => fired.push('c'))
      timers.after(10, () => fired.push('a'))
      timers.after(20, () => fired.push('b'))
      advance(9)
      assert.deepEqual(fired, [])
      advance(1)
      assert.deepEqual(fired, ['a'])
      advance(20)
      assert.deepEqual(fired, ['a', 'b', 'c'])
    }),
  )

  test(
    'a cancelled timer does not fire, and cancelling again does nothing',
    withClock((timers, advance) => {
      const fired: string[] = []
      const cancel = timers.after(10, () => fired.push('cancelled'))
      timers.after(10, () => fired.push('kept'))
      cancel()
      cancel()
      advance(20)
      assert.deepEqual(fired, ['kept'])
    }),
  )

  test(
    'a timer asked for while another fires comes when it is due',
    withClock((timers, advance) => {
      const fired: number[] = []
      timers.after(5, () => timers.after(5, () => fired.push(10)))
      timers.after(50, () => fired.push(50))
      advance(10)
      assert.deepEqual(fired, [10])
      advance(40)
      assert.deepEqual(fired, [10, 50])
    }),
  )

  test(
    'ticks on phase + k × interval of the clock, and reports the slot, not the moment',
    withClock((timers, advance) => {
      const slots: number[] = []
      timers.every(100, 0.25, (slotAtUs) => slots.push(slotAtUs))
      advance(325)
      assert.deepEqual(
        slots,
        [25_000, 125_000, 225_000, 325_000].map((us) => startUs + us),
      )
    }),
  )

  test(
    'the first tick lies after now, even when now is a slot',
    withClock((timers, advance) => {
      const slots: number[] = []
      timers.every(100, 0, (slotAtUs) => slots.push(slotAtUs))
      advance(99)
      assert.deepEqual(slots, [])
      advance(1)
      assert.deepEqual(slots, [startUs + 100_000])
    }),
  )

  test('after a stall every slot that passed is reported, and the grid has not shifted', () => {
    let nowMs = 1_000_000
    const clock = fakeNow(() => BigInt(nowMs) * 1_000_000n)
    mock.timers.enable({ apis: ['setTimeout'] })
    const timers = new Timers()
    const slots: number[] = []
    timers.every(10, 0, (slotAtUs) => slots.push((slotAtUs - startUs) / 1_000))
    // The event loop was busy for 45 ms: one wake-up, four slots.
    nowMs += 45
    mock.timers.tick(45)
    assert.deepEqual(slots, [10, 20, 30, 40])
    nowMs += 5
    mock.timers.tick(5)
    assert.deepEqual(slots, [10, 20, 30, 40, 50])
    timers.stop()
    clock.mock.restore()
    mock.timers.reset()
  })

  test(
    'a tick may cancel its own grid',
    withClock((timers, advance) => {
      let count = 0
      const cancel = timers.every(10, 0, () => {
        if (++count === 2) cancel()
      })
      advance(100)
      assert.equal(count, 2)
    }),
  )

  test(
    'nothing fires after stop(), whether it was asked for before or comes later',
    withClock((timers, advance) => {
      let count = 0
      timers.after(10, () => count++)
      timers.every(10, 0, () => count++)
      timers.stop()
      timers.after(10, () => count++)
      timers.every(10, 0, () => count++)
      advance(100)
      assert.equal(count, 0)
    }),
  )

  test('a delay above 2^31 − 1 ms is waited for in parts that Node can keep', () => {
    const delays: number[] = []
    const clock = fakeNow(() => 5_000_000n)
    const original = globalThis.setTimeout
    let fire: () => void = () => undefined
    globalThis.setTimeout = ((run: () => void, delayMs: number) => {
      delays.push(delayMs)
      fire = run
      return original(() => undefined, 0)
    }) as typeof setTimeout
    try {
      const timers = new Timers()
      let hasFired = false
      timers.after(2_160_000_000, () => (hasFired = true))
      // Node wakes it after the longest delay that it keeps: 12,516,353 ms are left, and they are waited for.
      clock.mock.mockImplementation(() => 5_000_000n + 2_147_483_647n * 1_000_000n)
      fire()
      assert.deepEqual([delays, hasFired], [[2_147_483_647, 12_516_353], false])
      clock.mock.mockImplementation(() => 5_000_000n + 2_160_000_000n * 1_000_000n)
      fire()
      assert.equal(hasFired, true)
    } finally {
      globalThis.setTimeout = original
      clock.mock.restore()
    }
  })

  test('Infinity never comes, and makes no warning of Node', async () => {
    const warnings: string[] = []
    const note = (warning: Error) => (warning.name === 'TimeoutOverflowWarning' ? warnings.push(warning.name) : 0)
    process.on('warning', note)
    const timers = new Timers()
    const fired: string[] = []
    timers.after(Number.POSITIVE_INFINITY, () => fired.push('infinite'))
    timers.after(2_147_483_648, () => fired.push('2^31'))
    await new Promise((resolve) => timers.after(30, () => resolve(undefined)))
    process.off('warning', note)
    timers.stop()
    assert.deepEqual([fired, warnings], [[], []])
  })

  test('refuses a delay that is no number, and an interval that would tick for ever at once', () => {
    const timers = new Timers()
    assert.throws(() => timers.after(Number.NaN, () => undefined), { code: 'ERR_HARNESS' })
    for (const intervalMs of [0, -5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => timers.every(intervalMs, 0, () => undefined), { code: 'ERR_HARNESS' }, String(intervalMs))
    }
  })

  test(
    'the grids of 1,000 clients, each with its own seeded phase, are spread evenly',
    withClock((timers, advance) => {
      const intervalMs = 1_000
      const bucketCount = 100
      const buckets = new Array<number>(bucketCount).fill(0)
      const phasesMs: number[] = []
      for (let index = 0; index < 1_000; index++) {
        timers.every(intervalMs, seededRandom(7, `client ${index}`)(), (slotAtUs) => {
          const phaseMs = (slotAtUs / 1_000) % intervalMs
          phasesMs.push(phaseMs)
          buckets[Math.floor(phaseMs / (intervalMs / bucketCount))]!++
        })
      }
      advance(intervalMs)
      assert.equal(phasesMs.length, 1_000)
      assert.ok(Math.max(...buckets) <= 30, `no 10 ms bucket above 3 %: ${Math.max(...buckets)}`)
      // An event at a random instant waits for the next slot of each client: the mean is half an interval, p95 is 95 % of it.
      const waits: number[] = []
      const random = seededRandom(11, 'event')
      for (let event = 0; event < 50; event++) {
        const atMs = random() * intervalMs
        for (const phaseMs of phasesMs) waits.push((phaseMs - atMs + intervalMs) % intervalMs)
      }
      waits.sort((a, b) => a - b)
      const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length
      assert.ok(Math.abs(mean - 500) <= 25, `${mean}`)
      assert.ok(Math.abs(waits[Math.floor(waits.length * 0.95)]! - 950) <= 20)
      // Kolmogorov and Smirnov: the largest distance from the uniform distribution, at n = 1,000 below 1.95 / √n (0.1 %).
      phasesMs.sort((a, b) => a - b)
      const distance = Math.max(...phasesMs.map((phaseMs, index) => Math.abs((index + 0.5) / 1_000 - phaseMs / intervalMs)))
      assert.ok(distance < 1.95 / Math.sqrt(1_000), `${distance}`)
    }),
  )
})
