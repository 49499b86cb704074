import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { markedText } from '../../scripts/marked-text.ts'
import { schemaFiles } from '../../scripts/schema-files.ts'
import { shortAnswer } from '../../scripts/short-answer.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { registry } from '../../src/core/transports/registry.ts'
import { namesOf } from '../../src/scenario/open-file.ts'
import { scenarioJsonSchema } from '../../src/scenario/scenario-file.ts'

describe('generated schemas', () => {
  for (const [path, text] of Object.entries(schemaFiles())) {
    it(`${path} is what the code says ("npm run schemas" writes it)`, () => {
      assert.equal(readFileSync(join(packageRoot(), path), 'utf8'), text)
    })
  }

  it('and the short answer of README.md', () => {
    assert.equal(markedText(join(packageRoot(), 'README.md'), 'short-answer'), shortAnswer())
  })

  it('know every transport of the registry, and allow no other key', () => {
    const { oneOf } = scenarioJsonSchema().properties!.contenders!.items!
    assert.deepEqual(
      oneOf!.map((option) => option.properties!.transport!.const),
      registry.map(({ id }) => id),
    )
    assert.ok(oneOf!.every((option) => 'additionalProperties' in option && option.additionalProperties === false))
  })

  it('are named by every scenario file', () => {
    for (const name of namesOf('scenario')) {
      const { $schema } = JSON.parse(readFileSync(join(packageRoot(), 'scenarios', `${name}.json`), 'utf8')) as { $schema?: string }
      assert.equal($schema, './scenario.schema.json', name)
    }
  })
})
