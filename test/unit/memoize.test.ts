import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoize } from '../../src/core/memoize.ts'
import { bytesPerMiB } from '../../src/core/units.ts'

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

test('forgets after 4 MiB of texts, so that long ones do not fill the memory', () => {
  let readCount = 0
  const length = memoize((text) => {
    readCount++
    return text.length
  })
  const texts = Array.from({ length: 5 }, (_, index) => String(index).repeat(bytesPerMiB))
  for (const text of texts.slice(0, 4)) length(text)
  length(texts[0]!)
  assert.equal(readCount, 4)
  length(texts[4]!)
  length(texts[0]!)
  assert.equal(readCount, 6)
})

test('of texts longer than all that may be remembered, the last is', () => {
  let readCount = 0
  const length = memoize((text) => {
    readCount++
    return text.length
  })
  const [one, other] = ['a', 'b'].map((letter) => letter.repeat(4 * bytesPerMiB + 1)) as [string, string]
  length('short')
  for (const text of [one, one, other, one]) length(text)
  assert.equal(readCount, 4)
  length('short')
  assert.equal(readCount, 4)
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
