import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { runSerially, serialText } from '../../scripts/serial-tests.ts'

suite('tests that run one file at a time', () => {
  const tries: string[] = []
  const passes: Record<string, boolean[]> = { a: [true], b: [false, true], c: [false, false], d: [true] }
  let seconds = 0
  const outcomes = runSerially(
    ['a', 'b', 'c', 'd'],
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

  test('a second try is never silent', async () => {
    assert.equal(serialText(await outcomes), '4 files in 60 s, one at a time\n  passed at the second try: b\n  failed: c')
  })
})
