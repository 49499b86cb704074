import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoize } from '../../src/core/memoize.ts'

test('reads a text once while it is recent, and texts that differ in one character apart', () => {
  const readTexts: string[] = []
  const upper = memoize((text) => {
    readTexts.push(text)
    return { text: text.toUpperCase() }
  })
  const first = upper('a1')
  assert.deepEqual([first.text, upper('a2').text, upper('a1')], ['A1', 'A2', first])
  assert.deepEqual(readTexts, ['a1', 'a2'])
})

test('forgets after a thousand texts, so that its memory is bounded, and reads again', () => {
  let readCount = 0
  const length = memoize((text) => {
    readCount++
    return text.length
  })
  for (let index = 0; index < 1_024; index++) length(`text ${index}`)
  length('text 0')
  assert.equal(readCount, 1_024)
  length('one more')
  length('text 0')
  assert.equal(readCount, 1_026)
})

test('what throws is not remembered', () => {
  let readCount = 0
  const failing = memoize(() => {
    readCount++
    throw new Error('planted')
  })
  assert.throws(() => failing('x'), /planted/)
  assert.throws(() => failing('x'), /planted/)
  assert.equal(readCount, 2)
})
