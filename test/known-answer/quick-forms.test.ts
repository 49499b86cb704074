import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { microBenchmarkResultSchema } from '../../src/core/micro-benchmark.ts'
import { namesOf } from '../../src/scenario/open-file.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { bench } from '../helpers/bench-process.ts'
import { assertQuickForm } from '../helpers/scenario-form.ts'

const folder = mkdtempSync(join(tmpdir(), 'micro-benchmarks-'))
after(() => rmSync(folder, { recursive: true, force: true }))

suite('quick forms', () => {
  for (const name of namesOf('scenario')) {
    test(`${name}: every pair is accounted for, and no gate but those of the machine finds anything`, async () => {
      const { study } = loadScenario(name, { values: [], isQuick: true })
      const resultCount = await assertQuickForm(name)
      // How many steps a search takes is its answer.
      if (study?.kind === 'search') assert.ok(resultCount >= 1)
      else assert.equal(resultCount, study?.points.length ?? 1)
    })
  }

  for (const name of namesOf('micro-benchmark')) {
    test(`${name}: every round is there`, async () => {
      const { code, stdout, stderr } = await bench([name, '--quick', '--json', '--quiet', '--out', folder])
      assert.equal(code, 0, stderr)
      const { isComplete, figures, settings } = microBenchmarkResultSchema.parse(JSON.parse(stdout))
      assert.ok(isComplete && figures.length > 0)
      assert.deepEqual(new Set(figures.map(({ values }) => values.length)), new Set([settings['roundCount']]))
    })
  }
})
