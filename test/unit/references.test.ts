import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'

const root = packageRoot()
const folders = ['servers', 'clients', 'src', 'scripts', 'test', 'packages', 'docs']
const files = [
  ...folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))),
  ...readdirSync(root),
].filter((file) => /\.(ts|cjs|mjs|js|py|md)$/.test(file) && !file.includes('node_modules'))

/** Two to four capitals and a number, or R and a number: what requirements and cases are numbered by. */
const code = /\b(?:R\d{1,3}|[A-Z]{2,4}-\d+)\b/g
const standards = new Set(['UTF-8', 'UTF-16', 'UTF-32', 'SHA-256', 'CRC-32'])
const phrase = new RegExp(
  ['methodology', 'peers-measured', 'design section', '(?:gates|table|case|section) of the design', "the source['’]s (?:comparison )?table"]
    .map((words) => `\\b${words}`)
    .join('|'),
  'gi',
)
const page = /\bdocs\/[a-z-]+\.md(?:#[a-z0-9-]+)?/g
const answer = /\bK\d\d\b/g
const answers = readFileSync(join(root, 'docs/calibration.md'), 'utf8')

/** As GitHub names the anchor of a heading. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Written by the very tests that ask for it. */
const recordOfTests = 'docs/test-record.md'

function isThere(reference: string): boolean {
  if (reference === recordOfTests) return true
  const [file, anchor] = reference.split('#') as [string, string?]
  if (!existsSync(join(root, file))) return false
  return anchor === undefined || anchorsOf(readFileSync(join(root, file), 'utf8')).includes(anchor)
}

/** What a text refers to that a reader of the repository cannot look up. */
function deadReferences(text: string): string[] {
  const found = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([words]) => words)
  return [
    ...found(code).filter((word) => !standards.has(word)),
    ...found(phrase),
    ...found(page).filter((reference) => !isThere(reference)),
    ...found(answer).filter((id) => !answers.includes(id)),
  ]
}

describe('what code and docs refer to', () => {
  it('is in the repository', () => {
    assert.ok(files.length > 500 && files.includes('README.md') && files.includes('docs/method.md'))
    const dead = files
      .filter((file) => !/test[/\\]unit[/\\]references\.test\.ts$/.test(file))
      .flatMap((file) => deadReferences(readFileSync(join(root, file), 'utf8')).map((reference) => `${file}: ${reference}`))
    // A test of calibration invents a check.
    assert.deepEqual([...new Set(dead)], ['test/process/calibrate.test.ts: K99'])
  })

  it('is found where it is not', () => {
    const planted = `/** Never counted (R17), as the case LG-1 has it (methodology 10.2; K98), by the gates of the design.
      * See docs/method.md#no-such-part, docs/no-page.md and docs/method.md#verdicts; UTF-8, RFC 9112, K01, S14. */`
    assert.deepEqual(deadReferences(planted), [
      'R17',
      'LG-1',
      'methodology',
      'gates of the design',
      'docs/method.md#no-such-part',
      'docs/no-page.md',
      'K98',
    ])
  })
})
