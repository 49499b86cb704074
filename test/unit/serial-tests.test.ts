import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { lightFiles, planSerially, runSerially, serialText } from '../../scripts/serial-tests.ts'

suite('tests that run one file at a time', () => {
  const tries: string[] = []
  const passes: Record<string, boolean[]> = { a: [true], b: [false, true], c: [false, false], d: [true] }
  let seconds = 0
  const outcomes = runSerially(
    { light: [], alone: ['a', 'b', 'c', 'd'] },
    (file) => {
      tries.push(file)
      seconds += 10
      return Promise.resolve(passes[file]!.shift()!)
    },
    () => seconds,
  )

  test('a file that fails has one more try, and what fails twice has failed', async () => {
    assert.deepEqual(await outcomes, [
      { file: 'a', verdict: 'passed', seconds: 10 },
      { file: 'b', verdict: 'passed at the second try', seconds: 20 },
      { file: 'c', verdict: 'failed', seconds: 20 },
      { file: 'd', verdict: 'passed', seconds: 10 },
    ])
    assert.deepEqual(tries, ['a', 'b', 'b', 'c', 'c', 'd'])
  })

  test('a second try is never silent, and the longest are named', async () => {
    assert.equal(
      serialText(await outcomes, 60),
      '4 files in 60 s; the longest: b 20 s, c 20 s, a 10 s, d 10 s\n  passed at the second try: b\n  failed: c',
    )
  })
})

suite('tests that run two at a time', () => {
  test('never more than two, never beside one that runs alone, and the second try is alone too', async () => {
    const running = new Set<string>()
    const seen: string[] = []
    const passes: Record<string, boolean[]> = { a: [true], b: [false, true], c: [true], d: [false, false], x: [true], y: [true] }
    const outcomes = await runSerially(
      { light: ['a', 'b', 'c', 'd'], alone: ['x', 'y'] },
      async (file) => {
        running.add(file)
        // Long enough for all that may start beside it to have started.
        await new Promise((resolve) => setImmediate(resolve))
        seen.push([...running].toSorted().join('+'))
        await new Promise((resolve) => setImmediate(resolve))
        running.delete(file)
        return passes[file]!.shift()!
      },
      () => 0,
    )
    assert.deepEqual(seen, ['a+b', 'a+b', 'c+d', 'c+d', 'b', 'd', 'x', 'y'])
    assert.deepEqual(
      outcomes.map(({ file, verdict }) => [file, verdict]),
      [
        ['a', 'passed'],
        ['b', 'passed at the second try'],
        ['c', 'passed'],
        ['d', 'failed'],
        ['x', 'passed'],
        ['y', 'passed'],
      ],
    )
  })

  test('what is not named as light runs alone, and a name without its file is refused', () => {
    assert.deepEqual(planSerially(['k/a', 'k/b', 'k/c'], ['k/b']), { light: ['k/b'], alone: ['k/a', 'k/c'] })
    assert.throws(() => planSerially(['k/a'], ['k/b', 'k/a']), /names tests that are not there: k\/b$/)
    assert.equal(new Set(lightFiles).size, lightFiles.length)
  })
})
