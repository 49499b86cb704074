import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { scenarioText } from '../../src/cli/show-text.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { openFile } from '../../src/scenario/open-file.ts'
import { checkScenario } from '../../src/scenario/scenario-file.ts'

const names = readdirSync(join(packageRoot(), 'scenarios'))
  .filter((file) => file.endsWith('.json') && file !== 'scenario.schema.json')
  .map((file) => file.replace(/\.json$/, ''))
const opened = names.map((name) => openFile(name)).filter(({ kind }) => kind !== 'micro-benchmark')
const scenarios = opened.map((file) => checkScenario(file, { values: [], transports: undefined }))

suite('bench show', () => {
  for (const loaded of scenarios) {
    test(`${loaded.name} fits a screen of 80, 100 and 120 columns`, () => {
      for (const columns of [80, 100, 120]) {
        const lines = scenarioText(loaded, columns, false).trimEnd().split('\n')
        assert.ok(lines.length <= 40, `${lines.length} lines:\n${lines.join('\n')}`)
        for (const line of [...lines, ...scenarioText(loaded, columns, true).split('\n')])
          assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`)
      }
    })
  }

  test('shows what the file sets, each contender in one row, and with --full every value', () => {
    const loaded = scenarios.find(({ name }) => name === 'dead-peers')!
    const text = scenarioText(loaded, 120, false)
    assert.match(text, /^ {2}contenders\[4\] +.*transport "websocket".* file$/mu)
    assert.match(text, /\d+ more values are defaults: --full/)
    assert.doesNotMatch(text, / default$/mu)
    const full = scenarioText(loaded, 120, true)
    assert.match(full, /^ {2}contenders\[4\]\.transport +"websocket" +file$/mu)
    assert.match(full, / default$/mu)
  })
})
