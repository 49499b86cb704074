import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { cursorBytes, drawEpoch, formatCursor, parseCursor } from '../../src/core/cursor.ts'

suite('a cursor', () => {
  test('is read as it was made, and stands for itself in JSON, a query, a header and an id (property)', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e15 - 1 }), (position) => {
        const epoch = drawEpoch()
        const cursor = formatCursor(epoch, position)
        assert.deepEqual(parseCursor(cursor), { epoch, position })
        assert.equal(cursor.length, cursorBytes(String(position).length))
        assert.deepEqual([encodeURIComponent(cursor), JSON.stringify(cursor)], [cursor, `"${cursor}"`])
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  test('has 5 bytes beside its digits', () => {
    assert.deepEqual([formatCursor('abcd', 17), cursorBytes(2)], ['abcd-17', 7])
  })

  for (const text of [
    '',
    '17',
    '-17',
    'abcd',
    'abcd-',
    'abcd--1',
    'abcd-1e3',
    'abcd-1.5',
    'abc-1',
    'abcde-1',
    'Abcd-1',
    'ab1d-1',
    ' abcd-1',
    'abcd-1\n',
    'abcd-1,abcd-2',
    '€1',
  ])
    test(`is not read from ${JSON.stringify(text)}`, () => assert.equal(parseCursor(text), undefined))

  test('has an epoch that two fresh logs share once in a million: none of a thousand pairs does', () => {
    assert.ok(Array.from({ length: 1_000 }, () => drawEpoch() === drawEpoch()).filter(Boolean).length <= 1)
  })
})
