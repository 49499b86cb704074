import assert from 'node:assert/strict'
import { test } from 'node:test'
import { williamsSquare } from '../../src/scenario/plan.ts'

for (const n of [2, 3, 4, 5, 6, 8]) {
  test(`a Williams square of ${n} has each treatment once per row and follows each by each other equally often`, () => {
    const rows = williamsSquare(n)
    assert.equal(rows.length, n % 2 === 0 ? n : 2 * n)
    const followers = new Map<string, number>()
    for (const row of rows) {
      assert.deepEqual(
        row.toSorted(),
        Array.from({ length: n }, (_, index) => index),
      )
      for (let at = 1; at < n; at++) followers.set(`${row[at - 1]}>${row[at]}`, (followers.get(`${row[at - 1]}>${row[at]}`) ?? 0) + 1)
    }
    assert.equal(followers.size, n * (n - 1))
    assert.deepEqual([...new Set(followers.values())], [n % 2 === 0 ? 1 : 2])
  })
}
