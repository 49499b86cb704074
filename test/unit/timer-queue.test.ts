import assert from 'node:assert/strict'
import { mock, suite, test, type TestContext } from 'node:test'
import { TimerQueue, type TimerQueueOptions } from '../../src/core/timer-queue.ts'
import { fakeNow } from '../helpers/contract-fake-clock.ts'

/** A queue whose clock stands at 0 µs, and Node's timers in hand. What else it does, test/unit/timers.test.ts shows. */
function bench(t: TestContext, options?: TimerQueueOptions) {
  let nowUs = 0
  const clock = fakeNow(() => BigInt(nowUs) * 1_000n)
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => {
    clock.mock.restore()
    mock.timers.reset()
  })
  const ran: string[] = []
  return {
    queue: new TimerQueue(options),
    ran,
    note: (name: string, costUs = 0) => {
      return () => {
        nowUs += costUs
        ran.push(`${name} at ${nowUs}`)
      }
    },
    /** Moves the clock and then the timers, which keep whole ms of their own. */
    pass(us: number, timerMs = us / 1_000) {
      nowUs += us
      mock.timers.tick(timerMs)
    },
  }
}

suite('TimerQueue', () => {
  test('runs entries of one instant in the order in which they were put in, whatever came between', (t) => {
    const { queue, ran, note, pass } = bench(t)
    const names = Array.from({ length: 20 }, (_, at) => `${at}`)
    for (const name of names) {
      queue.at(5_000, note(name))
      queue.at(1_000 + Number(name) * 100, () => undefined)
    }
    pass(5_000)
    assert.deepEqual(
      ran,
      names.map((name) => `${name} at 5000`),
    )
  })

  test('rounds a delay up and runs nothing early, unless told', (t) => {
    const { queue, ran, note, pass } = bench(t)
    queue.at(4_300, note('a'))
    pass(4_299, 4)
    assert.deepEqual(ran, [])
    pass(701, 1)
    assert.deepEqual(ran, ['a at 5000'])
  })

  test('with a slack of half a ms, rounded down, runs what is due within it', (t) => {
    const { queue, ran, note, pass } = bench(t, { slackUs: 500, round: Math.floor })
    queue.at(4_300, note('near'))
    queue.at(4_600, note('far'))
    pass(4_000)
    assert.deepEqual(ran, ['near at 4000'])
    pass(1_000)
    assert.deepEqual(ran, ['near at 4000', 'far at 5000'])
  })

  test('gives way after its turn, and goes on where it was', async (t) => {
    const { queue, ran, note, pass } = bench(t, { turnUs: 5_000 })
    for (const name of ['a', 'b', 'c', 'd']) queue.at(1_000, note(name, 3_000))
    pass(1_000)
    assert.deepEqual(ran, ['a at 4000', 'b at 7000'])
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(ran.slice(2), ['c at 10000', 'd at 13000'])
  })

  test('an entry that is put in again runs again, and a cancelled one does not', (t) => {
    const { queue, ran, note, pass } = bench(t)
    const again = queue.at(1_000, note('again'))
    const cancelled = queue.at(1_000, note('cancelled'))
    cancelled.run = undefined
    pass(1_000)
    queue.again(again, 3_000)
    pass(2_000)
    assert.deepEqual(ran, ['again at 1000', 'again at 3000'])
  })
})
