import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { errorCodes } from '../../src/core/errors.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { warningCodes } from '../../src/core/warnings.ts'

const root = packageRoot()
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'))
const pages = ['README.md', 'CONTRIBUTING.md', ...docs.map((file) => `docs/${file}`)]

/** Text without blocks and spans of code. */
function prose(text: string): string {
  return text.replaceAll(/^(`{3,})[^]*?^\1$/gm, '').replaceAll(/`[^`\n]*`/g, '')
}

/** Targets of the links of a page that stay in this checkout. */
function linksOf(file: string): string[] {
  return [...prose(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^[a-z]+:/.test(target))
}

/** Anchors that GitHub makes of headings: lower case, without punctuation, dashes for spaces, numbered where they repeat. */
function anchorsOf(file: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of read(file).replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(/\s/g, '-')
    let anchor = plain
    for (let again = 1; anchors.has(anchor); again++) anchor = `${plain}-${again}`
    anchors.add(anchor)
  }
  return anchors
}

describe('links of the pages', () => {
  for (const page of pages)
    it(`of ${page} lead to files and headings that are there`, () => {
      const lost = linksOf(page).filter((link) => {
        const [path = '', anchor] = link.split('#')
        const file = path === '' ? page : join(dirname(page), path)
        if (!existsSync(join(root, file))) return true
        return anchor !== undefined && statSync(join(root, file)).isFile() && file.endsWith('.md') && !anchorsOf(file).has(anchor)
      })
      assert.deepEqual(lost, [])
    })
})

describe('docs/README.md', () => {
  it('has every page of docs', () => {
    const listed = linksOf('docs/README.md').map((link) => link.split('#')[0])
    assert.deepEqual(
      docs.filter((file) => file !== 'README.md' && !listed.includes(file)),
      [],
    )
  })
})

describe('docs/troubleshooting.md', () => {
  it('leads to every error and warning, from one place', () => {
    const linked = linksOf('docs/troubleshooting.md').flatMap((link) => /^errors\.md#((?:err|warn)_.+)$/.exec(link)?.[1]?.toUpperCase() ?? [])
    assert.deepEqual(linked.toSorted(), [...Object.keys(errorCodes), ...warningCodes].toSorted())
  })
})
