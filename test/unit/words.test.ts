import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'

const root = packageRoot()

/** Words that a reader has to guess at, and the plain ones. */
const plainWords: readonly (readonly [found: RegExp, plain: string])[] = [
  [/\bforetold\b|\bforetells?\b/iu, 'predicted'],
  [/\btold apart\b/iu, 'reliably different, distinguished'],
  [/(?<!\b(?:const|let) )(?:(?<=[a-z,] )told\b(?! apart)|\btold (?!apart)(?=[a-z]))/iu, 'reported, stated, informed'],
  [/\bnot separated\b/iu, 'no reliable difference yet'],
  [/\bheld against\b|\bhold(?:s|ing)? (?:\S+ ){1,4}against\b/iu, 'compared with, counted against'],
  [/\bwho leads\b/iu, 'the best in each metric'],
  [/(?<!\bThere )\bis no (?:flag|option|scenario|transport|workload|profile|check|setting|key|number|JSON)\b/u, 'unknown …, is not a …'],
  [/\bst(?:ood|ands?) still\b/iu, 'stalled, frozen, throttled'],
  [/\bwaking thread\b/iu, 'the OS delayed a ready thread'],
  [/\bprocessor time to others\b/iu, 'CPU steal'],
  [/\bwarm-up reached\b/iu, 'figures settled only'],
  [/\bmostly ingest\b/iu, 'too little traffic'],
  [/\bstops paying\b/iu, 'if updates may be … old, choose …'],
  [/\bless in nothing\b/iu, 'beaten or equalled in every figure'],
  [/\bas said\b/iu, 'name the source, or leave it out'],
  [/\bin vain\b/iu, 'failed'],
  [/\bfrom its own mouth\b/iu, 'as it reported'],
  [/\b(?:lest|for want of)\b/iu, 'so that … not, for lack of'],
]

/** Where such a word has its proper meaning. */
const allowed: readonly (readonly [file: string, phrase: string])[] = []

/** Pages that keep the words of their day: dated decisions, and what is quoted from kept results, test names and records. */
const quoting = /^docs\/(?:decisions|test-record|calibration|detection-matrix|gates|scenarios|findings|claims)(?:\.md$|\/)/u

function filesIn(folder: string, end: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(end))
    .map((file) => join(folder, file))
}

/** Code without its comments: what is left of words is texts and names. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//gu, '').replaceAll(/(?:^|\s)\/\/ .*$/gmu, '')
}

/** "file: word (plain word)" for each word of the table in a text that users meet. */
function oddWords(file: string, text: string): string[] {
  const own = allowed.filter(([place]) => place === file).reduce((rest, [, phrase]) => rest.replaceAll(phrase, ''), text)
  return plainWords.flatMap(([found, plain]) => {
    const [first] = found.exec(own) ?? []
    return first === undefined ? [] : [`${file}: "${first}" (${plain})`]
  })
}

suite('what users read is in plain words', () => {
  const sources = ['src', 'servers', 'clients', 'scripts'].flatMap((folder) => filesIn(folder, '.ts'))
  const scenarios = filesIn('scenarios', '.json')
  const pages = ['README.md', 'CONTRIBUTING.md', ...filesIn('docs', '.md')].filter((file) => !quoting.test(file))
  const read = (file: string): string => readFileSync(join(root, file), 'utf8')

  test('in texts of the code', () => {
    assert.ok(sources.length > 300)
    assert.deepEqual(
      sources.flatMap((file) => oddWords(file, codeOf(read(file)))),
      [],
    )
  })

  test('in scenarios', () => {
    assert.ok(scenarios.length > 25)
    assert.deepEqual(
      scenarios.flatMap((file) => oddWords(file, read(file))),
      [],
    )
  })

  test('in pages', () => {
    assert.ok(pages.length > 8)
    assert.deepEqual(
      pages.flatMap((file) => oddWords(file, read(file))),
      [],
    )
  })

  test('and nothing is allowed that nobody writes', () => {
    assert.deepEqual(
      allowed.filter(([file, phrase]) => !read(file).includes(phrase)),
      [],
    )
  })

  test('a word of the table is found in a text, and not in a comment or a name', () => {
    const code = "/** Held against nothing. */\n// Foretold.\nconst told = 'not separated' // told so\nconst url = 'http://127.0.0.1/'\n"
    assert.deepEqual(oddWords('made-up.ts', codeOf(code)), ['made-up.ts: "not separated" (no reliable difference yet)'])
  })
})
