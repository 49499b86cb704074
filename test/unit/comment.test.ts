import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ResultDocument, TrialResult } from '../../src/core/result.ts'
import { commentText, mostOfComment, type CommentPart } from '../../src/report/comment.ts'
import { gfmReport, studyGfm } from '../../src/report/gfm.ts'
import { markdownReport } from '../../src/report/markdown.ts'
import { escaped } from '../../src/report/markdown-text.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { madeUpSearch, madeUpSweep } from '../golden/fixture-study.ts'

const named = (...labels: string[]): ResultDocument => madeUpDocument({ labels: labels.map((label) => ({ label, transport: 'sse' })) })

/** Each trial invalid, with a message of several lines. */
function badDay(blockCount: number): ResultDocument {
  const message = 'the publisher was up to 182.4 ms late; at most 100.0 ms is allowed; '.repeat(5)
  const validity: TrialResult['validity'] = { status: 'invalid', reasons: [{ gate: 'publisher-lag', status: 'invalid', message }] }
  const document = madeUpDocument({ blockCount })
  document.trials = document.trials.map((trial) => ({ ...trial, validity }))
  return document
}

const fixed = (...lines: string[]): CommentPart => ({ rank: Number.POSITIVE_INFINITY, count: 0, lines: () => lines })
const listed = (rank: number, items: readonly string[]): CommentPart => ({
  rank,
  count: items.length,
  lines: (kept) => [...items.slice(0, kept), ...(kept === items.length ? [] : [`${items.length - kept} more`])],
})

function lineCount(text: string): number {
  return text.trimEnd().split('\n').length
}

function assertShort(text: string): void {
  assert.ok(text.length <= mostOfComment.characters, `${text.length} characters`)
  assert.ok(lineCount(text) <= mostOfComment.lines, `${lineCount(text)} lines`)
}

function assertClosed(text: string): void {
  assert.equal(text.match(/<details>/gu)?.length ?? 0, text.match(/<\/details>/gu)?.length ?? 0)
  assert.equal((text.match(/^```/gmu)?.length ?? 0) % 2, 0)
}

describe('a comment on a pull request', () => {
  it('is no longer than 60 lines and what GitHub takes, however bad the day was, and says what it left out', () => {
    const text = gfmReport(badDay(50))
    assertShort(text)
    assert.match(text, /^- \d+ more are too many for a comment: see report\.md and report\.html\.$/mu)
    assertClosed(text)
  })

  it('of a study is no longer either: its last tables give way, and the answer stays', () => {
    const study = madeUpSweep()
    study.points = Array.from({ length: 40 }, () => study.points).flat()
    const text = studyGfm(study)
    assertShort(text)
    assertClosed(text)
    const search = madeUpSearch()
    search.scenario.resolved['question'] = 'Why? '.repeat(20_000)
    assert.ok(studyGfm(search).length <= mostOfComment.characters)
  })

  it('shortens lists by rank, from their end, by no more than it has to', () => {
    const items = (name: string) => Array.from({ length: 10 }, (_, at) => `- ${name}${at} ${'.'.repeat(40)}`)
    const parts = [fixed('head'), listed(1, items('a')), listed(0, items('b')), fixed('foot')]
    assert.equal(lineCount(commentText(parts)), 22)
    for (const limit of [{ characters: 700 }, { lines: 17 }]) {
      const tight = commentText(parts, limit)
      assert.ok(tight.length <= (limit.characters ?? Number.POSITIVE_INFINITY))
      assert.ok(lineCount(tight) <= (limit.lines ?? Number.POSITIVE_INFINITY))
      assert.equal(tight.match(/- a\d/gu)?.length, 10)
      const kept = tight.match(/- b\d/gu)!.length
      assert.match(tight, new RegExp(`^${10 - kept} more$`, 'mu'))
      assert.ok(
        limit.characters === undefined ? lineCount(tight) + 1 > limit.lines : tight.length + items('b')[0]!.length + 1 > limit.characters,
      )
    }
    assert.doesNotMatch(commentText(parts, { characters: 510 }), /- b/)
    const cut = commentText([fixed('x'.repeat(50), 'y'.repeat(500))], { characters: 150 })
    assert.equal(cut, `${'x'.repeat(50)}\n\nToo long for a comment and cut here: see report.md and report.html.\n`)
    assert.doesNotMatch(commentText([fixed('🚀'.repeat(500))], { characters: 150 }), /\p{Surrogate}/u)
    const short = commentText([fixed(...items('a'))], { lines: 5 })
    assert.equal(lineCount(short), 5)
    assert.match(short, /- a2 .*\n\nToo long for a comment/u)
  })

  it('mentions nobody and refers to no issue', () => {
    const text = gfmReport(named('sse @10ms', '@team/all', 'like #12', 'gh-7'))
    assert.doesNotMatch(text, /@[a-z\d]|(?<!&)#\d|gh-\d/iu)
    assert.match(text, /sse @&#8288;10ms/)
    assert.match(text, /#&#8288;12/)
    const study = madeUpSweep()
    study.scenario.resolved['title'] = '@everybody'
    assert.match(studyGfm(study), /^### @&#8288;everybody: /u)
  })

  it('leaves the command to copy as it is, and lets it end no code', () => {
    const document = named('a', 'b')
    document.harness.command = 'npm run bench -- @x.json "```"'
    assert.match(gfmReport(document), /^````\nnpm run bench -- @x\.json "```"\n````$/mu)
  })
})

describe('names in Markdown', () => {
  it('are no links: not by brackets, not by address, not as definitions', () => {
    const cases: [string, string][] = [
      ['[1](https://example.org)', '[1\\](https\\://example.org)'],
      ['[a](b)', '\\[a\\](b)'],
      ['![2](x.png)', '![2\\](x.png)'],
      ['[3]: https://example.org', '[3\\]: https\\://example.org'],
      ['[4][5]', '[4\\][5]'],
      ['www.example.org', 'www\\.example.org'],
      ['ftp://example.org', 'ftp\\://example.org'],
      ['<https://example.org>', '\\<https\\://example.org>'],
      ['me@example.org', 'me@&#8288;example.org'],
      // What figures look like stays as it is.
      ['1.80 × [1.70 – 1.90], <0.01; in [1, 2]: at 10:30', '1.80 × [1.70 – 1.90], <0.01; in [1, 2]: at 10:30'],
    ]
    for (const [text, expected] of cases) assert.equal(escaped(text), expected)
  })

  it('are none in report.md either', () => {
    const text = markdownReport(named('[1](https://example.org)', 'www.example.org'))
    assert.doesNotMatch(text, /(?<!\\)\]\(http|https:\/\/example|www\.example/u)
  })
})
