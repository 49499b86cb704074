import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { gates } from '../../src/metrics/gates.ts'

const page = readFileSync(join(packageRoot(), 'docs/gates.md'), 'utf8')

test('docs/gates.md has a row for each gate, in order and with its limits, and no other ("npm run mutate-gates" writes it)', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]*) \| ([^|]*) \|/gm)].map(([, gate, meaning, limits]) => ({
    gate,
    meaning,
    limits,
  }))
  assert.deepEqual(
    rows,
    gates.map(({ gate, meaning, limits }) => ({ gate, meaning, limits })),
  )
})
