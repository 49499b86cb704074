import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { errorCodes } from '../../src/core/errors.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { warningCodes } from '../../src/core/warnings.ts'

const root = packageRoot()
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'))
const claims = readdirSync(join(root, 'docs/claims'))
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'results/README.md',
  ...[...docs, ...claims.map((file) => `claims/${file}`)].map((file) => `docs/${file}`),
]

function withoutBlocks(text: string): string {
  return text.replaceAll(/^(`{3,})[^]*?^\1$/gm, '')
}

/** Targets in this checkout of the links and pictures of a text, without those in code. */
function linksOf(text: string): string[] {
  const prose = withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^()\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
    .map(([, markdown, html]) => (markdown ?? html)!)
    .filter((target) => !/^[a-z]+:/.test(target))
}

/** Anchors that GitHub makes of headings: lower case, without punctuation, dashes for spaces, numbered where they repeat. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-')
    let anchor = plain
    for (let again = 1; anchors.has(anchor); again++) anchor = `${plain}-${again}`
    anchors.add(anchor)
  }
  return anchors
}

/** Links of a page that lead to no file or heading. */
function deadLinks(page: string, text: string): string[] {
  return linksOf(text).filter((link) => {
    const [path = '', anchor] = link.split('#')
    if (path === '') return !anchorsOf(text).has(anchor!)
    const file = join(dirname(page), path)
    if (!existsSync(join(root, file))) return true
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(read(file)).has(anchor)
  })
}

describe('links of the pages', () => {
  for (const page of pages)
    it(`of ${page} lead to files and headings that are there`, () => assert.deepEqual(deadLinks(page, read(page)), []))

  it('are found where they lead nowhere', () => {
    const planted = `[a](method.md#verdicts) [b](method.md#no-such-part) [c](../README.md) [d](no-page.md) [e](#here) [f](#there)
      \`[g](nothing.md)\` <img src="images/none.png"> [h](https://example.org/none)

## Here
`
    assert.deepEqual(deadLinks('docs/README.md', planted), ['method.md#no-such-part', 'no-page.md', '#there', 'images/none.png'])
  })
})

describe('docs/README.md', () => {
  it('has every page of docs', () => {
    const listed = linksOf(read('docs/README.md')).map((link) => link.split('#')[0]!)
    assert.deepEqual(
      docs.filter((file) => file !== 'README.md' && !listed.includes(file)),
      [],
    )
  })
})

describe('docs/troubleshooting.md', () => {
  it('leads to every error and warning, from one place', () => {
    const anchors = linksOf(read('docs/troubleshooting.md')).flatMap((link) => /^errors\.md#((?:err|warn)_.+)$/.exec(link)?.[1] ?? [])
    assert.deepEqual(anchors.map((anchor) => anchor.toUpperCase()).toSorted(), [...Object.keys(errorCodes), ...warningCodes].toSorted())
  })
})
