import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { errorCodes } from '../../src/core/errors.ts'
import { warningCodes } from '../../src/core/warnings.ts'
import { packageRoot } from '../../src/core/package-root.ts'

const root = packageRoot()
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const codes = [...Object.keys(errorCodes), ...warningCodes]
const headings = [...page.matchAll(/^### (\S+)/gm)].map((match) => match[1]!)
const sources = ['src', 'servers', 'clients']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.ts') && !/core\/(errors|warnings)\.ts$/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[^]*?\*\//g, ''))
  .join('\n')

describe('docs/errors.md', () => {
  it('explains every code, and no other', () => {
    assert.deepEqual(headings.toSorted(), codes.toSorted())
  })

  it('gives every error its exit code', () => {
    for (const [code, exitCode] of Object.entries(errorCodes))
      assert.match(page, new RegExp(`^### ${code}\\n\\nExit ${exitCode}\\.`, 'm'), code)
  })
})

describe('codes', () => {
  it('are all used in the source', () => {
    assert.deepEqual(
      codes.filter((code) => !sources.includes(code)),
      [],
    )
  })

  it('are named by subject and fault', () => {
    for (const code of codes) assert.match(code, /^(ERR|WARN)(_[A-Z]+)+$/)
  })
})
