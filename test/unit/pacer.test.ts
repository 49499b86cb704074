import assert from 'node:assert/strict'
import { mock, suite, test, type TestContext } from 'node:test'
import { Pacer, type PacedWork } from '../../src/core/pacer.ts'
import { fakeNow } from '../helpers/contract-fake-clock.ts'

const startUs = 1_000_000

interface Turn {
  first: number
  end: number
  atUs: number
}

/** A pacer from `startUs` on, with a clock that moves by `readUs` each time that somebody looks at it, and with Node's timers in hand. */
function bench(t: TestContext, offsetsUs: number[], more: Partial<PacedWork> = {}, readUs = 0) {
  let nowUs = startUs
  const clock = fakeNow(() => BigInt(Math.round((nowUs += readUs) * 1_000)))
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => {
    clock.mock.restore()
    mock.timers.reset()
  })
  const turns: Turn[] = []
  const act = (first: number, end: number, atUs: number, dueAtUs: number): void => {
    assert.equal(dueAtUs, startUs + offsetsUs[first]!)
    turns.push({ first, end, atUs: atUs - startUs })
  }
  const pacer = new Pacer({ offsetsUs: Float64Array.from(offsetsUs), act, ...more })
  return {
    pacer,
    turns,
    at: () => turns.map(({ atUs }) => atUs),
    /** Moves the clock; timers fire as if `timerMs` had passed, since those of Node keep whole ms of their own. */
    pass(ms: number, timerMs = ms) {
      nowUs += ms * 1_000
      mock.timers.tick(timerMs)
    },
  }
}

suite('Pacer', () => {
  test('acts at each due instant, on a clock of whole ms at the next one, and never before', (t) => {
    const { pacer, at, pass } = bench(t, [0, 2_500, 2_500, 10_000])
    pacer.run(startUs)
    assert.deepEqual(at(), [0])
    for (let ms = 0; ms < 20; ms++) pass(1)
    assert.deepEqual(at(), [0, 3_000, 3_000, 10_000])
  })

  test('says when the next event is due that it will act on, and that none is left behind the last or behind an early end', (t) => {
    const { pacer, pass } = bench(t, [0, 5_000, 9_000])
    assert.equal(pacer.nextDueAtUs, Number.NaN)
    pacer.run(startUs)
    assert.equal(pacer.nextDueAtUs, startUs + 5_000)
    pass(6)
    assert.equal(pacer.nextDueAtUs, startUs + 9_000)
    pacer.closeEarly(startUs + 9_000)
    assert.equal(pacer.nextDueAtUs, Number.POSITIVE_INFINITY)
    pacer.closeEarly(Number.POSITIVE_INFINITY)
    pass(4)
    assert.equal(pacer.nextDueAtUs, Number.POSITIVE_INFINITY)
  })

  test('sleeps again where a timer of Node comes early', (t) => {
    const { pacer, at, pass } = bench(t, [5_000])
    pacer.run(startUs)
    pass(4.4, 5)
    assert.deepEqual(at(), [])
    pass(0.5, 1)
    assert.deepEqual(at(), [])
    pass(0.2, 1)
    assert.deepEqual(at(), [5_100])
  })

  test('makes up at once for what fell due while it was kept, and shifts nothing', (t) => {
    const { pacer, turns, pass } = bench(t, [10_000, 20_000, 30_000, 60_000])
    pacer.run(startUs)
    pass(45)
    assert.deepEqual(turns, [
      { first: 0, end: 1, atUs: 45_000 },
      { first: 1, end: 2, atUs: 45_000 },
      { first: 2, end: 3, atUs: 45_000 },
    ])
    pass(15)
    assert.deepEqual(turns.at(-1), { first: 3, end: 4, atUs: 60_000 })
  })

  test('gives several that are due in one turn, at most as many as asked for', (t) => {
    const { pacer, turns, pass } = bench(t, [0, 1_000, 2_000, 3_000, 4_000, 9_000], { mostPerTurn: 3 })
    pacer.run(startUs)
    pass(5)
    assert.deepEqual(
      turns.map(({ first, end }) => [first, end]),
      [
        [0, 1],
        [1, 4],
        [4, 5],
      ],
    )
  })

  test('closed early, acts on nothing that is due from then on, not even in a turn with others', (t) => {
    const { pacer, turns, pass } = bench(t, [1_000, 2_000, 2_999.5, 3_000, 4_000], { mostPerTurn: 10 })
    pacer.run(startUs)
    pacer.closeEarly(startUs + 3_000)
    pass(10)
    assert.deepEqual(turns, [{ first: 0, end: 3, atUs: 10_000 }])
    pass(10)
    assert.equal(turns.length, 1)
  })

  test('spins for the last 1.2 ms where events are 10 ms apart, and so is within a look at the clock', (t) => {
    const { pacer, at, pass } = bench(t, [0, 15_000, 30_000], { spins: true }, 10)
    pacer.run(startUs)
    for (let ms = 0; ms < 40; ms++) pass(1)
    assert.equal(at().length, 3)
    for (const [place, atUs] of at().entries()) assert.ok(atUs >= place * 15_000 && atUs <= place * 15_000 + 20, `${atUs}`)
  })

  test('does not spin where events are closer, unless they are a burst of a sparse schedule', (t) => {
    const dense = bench(t, [0, 5_500, 11_000], { spins: true })
    dense.pacer.run(startUs)
    for (let ms = 0; ms < 12; ms++) dense.pass(1)
    assert.deepEqual(dense.at(), [0, 6_000, 11_000])
    mock.timers.reset()
    const sparse = bench(t, [0, 5_500, 100_000], { spins: true }, 10)
    sparse.pacer.run(startUs)
    for (let ms = 0; ms < 12; ms++) sparse.pass(1)
    assert.ok(Math.abs(sparse.at()[1]! - 5_500) <= 20, `${sparse.at()[1]}`)
  })

  test('has nothing to do without events', (t) => {
    const { pacer, turns, pass } = bench(t, [])
    pacer.run(startUs)
    pass(1_000)
    assert.deepEqual(turns, [])
  })
})
