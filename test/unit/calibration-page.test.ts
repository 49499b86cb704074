import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { calibrationRows } from '../../scripts/calibration-rows.ts'
import { packageRoot } from '../../src/core/package-root.ts'

test('docs/calibration.md has every known answer as the code has it ("scripts/write-calibration-page.ts" writes it)', () => {
  const page = readFileSync(join(packageRoot(), 'docs/calibration.md'), 'utf8')
  for (const row of calibrationRows()) assert.ok(page.includes(row), row)
})
