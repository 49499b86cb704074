import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nextStep, type NextStep, type Tried } from '../../src/run/search-steps.ts'

const search = { from: 100, to: 15_000, resolutionRatio: 0.05 }

type Answer = Extract<NextStep, { answer: unknown }>['answer']

/** Plays a search against a machine that answers by value, and by how often that value was tried before. */
function play(outcomeAt: (value: number, look: number) => Tried['outcome'], options = search): { tried: Tried[]; answer: Answer } {
  const tried: Tried[] = []
  for (;;) {
    const next = nextStep(options, true, tried)
    if ('answer' in next) return { tried, answer: next.answer }
    assert.ok(tried.length < 60, 'the search does not end')
    assert.ok(next.value >= options.from && next.value <= options.to, `${next.value} is outside of the search`)
    const look = tried.filter(({ value }) => value === next.value).length
    tried.push({ ...next, outcome: outcomeAt(next.value, look) })
  }
}

describe('search for the largest value that passes', () => {
  it('finds a sharp limit to 5 %, and confirms it from both sides', () => {
    for (const limit of [100, 101, 137, 1_000, 4_321, 9_999, 14_000]) {
      const { tried, answer } = play((value) => (value <= limit ? 'pass' : 'fail'))
      assert.equal(answer.verdict, 'confirmed', `limit ${limit}`)
      assert.ok(answer.value! <= limit && answer.failsAt! > limit, `${answer.value} to ${answer.failsAt} for ${limit}`)
      // Whole numbers: below 20 no value lies within 5 %.
      assert.ok(answer.failsAt! / answer.value! <= 1.051 || answer.failsAt === answer.value! + 1, `${answer.failsAt} above ${answer.value}`)
      assert.equal(tried.filter(({ value, purpose }) => value === answer.value && purpose === 'confirm').length, 2)
      assert.equal(tried.filter(({ value }) => value === answer.failsAt).length, 2)
    }
  })

  it('doubles first: 100, 200, 400, 800, 1,600, then bisects on the logarithm', () => {
    const { tried } = play((value) => (value <= 1_000 ? 'pass' : 'fail'))
    assert.deepEqual(
      tried.slice(0, 6).map(({ value, purpose }) => [value, purpose]),
      [
        [100, 'grow'],
        [200, 'grow'],
        [400, 'grow'],
        [800, 'grow'],
        [1_600, 'grow'],
        [1_131, 'bisect'],
      ],
    )
  })

  it('says "at least" where everything passes, after two more looks at the end', () => {
    const { tried, answer } = play(() => 'pass')
    assert.deepEqual([answer.verdict, answer.value, answer.failsAt], ['at least', 15_000, null])
    assert.match(answer.reasons['failsAt']!, /broke no limit/)
    assert.equal(tried.filter(({ value }) => value === 15_000).length, 3)
  })

  it('has no answer where the first value fails twice', () => {
    const { tried, answer } = play(() => 'fail')
    assert.deepEqual([answer.verdict, answer.value, answer.failsAt, tried.length], ['none', null, 100, 2])
  })

  it('never gives a limit of the generator as the capacity of the transport', () => {
    for (const limit of [150, 3_000, 14_999]) {
      const { answer } = play((value) => (value <= limit ? 'pass' : 'generator'))
      assert.equal(answer.verdict, 'at least')
      assert.ok(answer.value! <= limit)
      assert.equal(answer.failsAt, null)
      assert.match(answer.reasons['verdict']!, /the generator was the limit/)
    }
  })

  it('keeps a failure that lies above the limit of the generator apart from the answer', () => {
    const { answer } = play((value) => (value <= 1_000 ? 'pass' : value < 1_500 ? 'generator' : 'fail'))
    assert.equal(answer.verdict, 'at least')
    assert.ok(answer.value! <= 1_000 && answer.failsAt! >= 1_500)
  })

  it('does not know where the generator was the limit at once', () => {
    const { tried, answer } = play(() => 'generator')
    assert.deepEqual([answer.verdict, answer.value, tried.length], ['unknown', null, 2])
  })

  it('looks again where the generator was the limit once: a neighbour may have been', () => {
    const { answer } = play((value, look) => (look === 0 && value === 400 ? 'generator' : value <= 1_000 ? 'pass' : 'fail'))
    assert.equal(answer.verdict, 'confirmed')
  })

  it('goes lower, and says "not confirmed", where the found value fails a second look', () => {
    const first = play((value) => (value <= 1_000 ? 'pass' : 'fail')).answer.value!
    const { answer } = play((value, look) => (value > 1_000 || (value === first && look > 0) ? 'fail' : 'pass'))
    assert.equal(answer.verdict, 'not confirmed')
    assert.ok(answer.value! < first)
    assert.match(answer.reasons['verdict']!, new RegExp(`${first} passed and failed`))
  })

  it('says "not confirmed" where one step above passes the second time', () => {
    const above = play((value) => (value <= 1_000 ? 'pass' : 'fail')).answer.failsAt!
    const { answer } = play((value, look) => (value > 1_000 && !(value === above && look > 0) ? 'fail' : 'pass'))
    assert.equal(answer.verdict, 'not confirmed')
    assert.ok(answer.value! <= 1_000)
  })

  it('ends with noise as well, and its answer never failed', () => {
    for (let seed = 1; seed <= 200; seed++) {
      let state = seed
      const random = () => {
        state = (state * 16_807) % 2_147_483_647
        return state / 2_147_483_647
      }
      // The chance to pass falls from 1 at 500 to 0 at 2,000; one in ten looks hits the generator.
      const { tried, answer } = play((value) => (random() < 0.1 ? 'generator' : random() < (2_000 - value) / 1_500 ? 'pass' : 'fail'))
      if (answer.value === null) continue
      assert.ok(!tried.some(({ value, outcome }) => value === answer.value && outcome === 'fail'))
      assert.ok(tried.some(({ value, outcome }) => value === answer.value && outcome === 'pass'))
      if (answer.verdict === 'confirmed')
        assert.ok(tried.filter(({ value, outcome }) => value === answer.value && outcome === 'pass').length >= 3)
    }
  })

  it('stops at neighbouring whole numbers where 5 % is less than one', () => {
    const { answer } = play((value) => (value <= 6 ? 'pass' : 'fail'), { from: 1, to: 16, resolutionRatio: 0.05 })
    assert.deepEqual([answer.verdict, answer.value, answer.failsAt], ['confirmed', 6, 7])
  })
})
