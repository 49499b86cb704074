import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AnswerTable } from '../../src/answer/answer-table.ts'
import type { Answer } from '../../src/core/answer.ts'
import { withCode } from '../../src/report/answer-text.ts'
import { alert, figuresIn, fold, list, section, table, texts, type Block, type Report } from '../../src/report/blocks.ts'
import { mostOfComment } from '../../src/report/comment.ts'
import type { Figure } from '../../src/report/charts/figure.ts'
import { reportComment } from '../../src/report/gfm-blocks.ts'
import { blocksHtml, reportHtml } from '../../src/report/html-blocks.ts'
import { blocksMarkdown, reportMarkdown } from '../../src/report/markdown-blocks.ts'
import { textCell } from '../../src/report/metric-view.ts'

/** What would do harm where a renderer forgot to escape it. */
const evil = '<img src=x>`|*_a_* [1](//x) & @me #1'
const evilHtml = '&lt;img src=x&gt;`|*_a_* [1](//x) &amp; @me #1'
const evilMarkdown = '\\<img src=x>\\`\\|\\*\\_a\\_\\* [1\\](//x) & @me #1'

const answer: Answer = {
  rulesVersion: 1,
  kind: 'choice',
  recommendation: `Choose ${evil}.`,
  choose: [evil],
  simplest: null,
  ruledOut: [{ contender: 'b', by: 'dominated', text: `${evil} costs more.` }],
  lines: [{ topic: 'network', text: `${evil} sends the fewest bytes.` }],
  open: { text: 'Still open: server CPU; `--blocks 8` (7 min) would decide.', blockCount: 8, minutes: 7 },
  trust: [
    { text: '12 of 12 trials count', tone: 'good' },
    { text: evil, tone: 'bad' },
  ],
}

const answerTable: AnswerTable = {
  heads: [
    { label: evil, spoilt: null },
    { label: 'b', spoilt: `busy ${evil}` },
  ],
  rows: [
    {
      label: 'Latency, median',
      unit: 'ms',
      metric: 'deliveryLatencyP50',
      cells: [
        { text: '1.07', mark: 'best', factor: null, share: 0.001 },
        { text: '976', mark: null, factor: '912 ×', share: 1 },
      ],
    },
    {
      label: 'Lost',
      unit: '',
      metric: null,
      cells: [
        { text: '0', mark: 'open', factor: null, share: 0 },
        { text: '–', mark: null, factor: null, share: null },
      ],
    },
  ],
}

const figure: Figure = {
  id: 'spread',
  title: 'How far apart?',
  caption: { see: '', read: '' },
  notes: [],
  without: [],
  columns: 1,
  panels: [],
}

const style = { level: 2, isFolding: false, chartsSkipped: null }
const folding = { ...style, level: 4, isFolding: true }

function markdown(...blocks: Block[]): string {
  return blocksMarkdown(blocks, style).join('\n')
}

describe('a block in HTML', () => {
  it('shows every text as it is', () => {
    const shown: Block[] = [
      ...texts(evil),
      ...list([evil]),
      ...table([evil, evil], [[evil, { ...textCell(evil), reason: evil }]]),
      ...alert('bad', evil, [evil, evil]),
      { kind: 'code', text: evil },
      ...section('a', evil, texts(evil)),
      ...fold(evil, texts(evil), 'b'),
      { kind: 'answer', answer },
      { kind: 'answerTable', table: answerTable, hints: [[evil, null]] },
      { kind: 'contents' },
    ]
    for (const block of shown) {
      const html = blocksHtml([block])
      assert.doesNotMatch(html, /<img/, block.kind)
      if (block.kind !== 'contents') assert.ok(html.includes(evilHtml), block.kind)
    }
    const whole = reportHtml({ title: evil, question: evil, workload: [evil], blocks: shown })
    assert.doesNotMatch(whole, /<img/)
    assert.ok(whole.includes(`<h1>${evilHtml}</h1>`))
    assert.ok(whole.includes(`<a href="#b">${evilHtml}</a>`))
  })

  it('of an answer has the recommendation first, then its lines, what is ruled out and open, and how far it can be trusted', () => {
    const text = blocksHtml([{ kind: 'answer', answer }]).replaceAll(/<[^>]+>/gu, ' ')
    const places = ['Choose', 'Network:', 'Ruled out:', 'Still open:', '12 of 12'].map((word) => text.indexOf(word))
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
    assert.ok(places.every((place) => place >= 0))
    assert.match(text, /Still open: +Server CPU; +--blocks 8 +\(7 min\) would decide\./)
  })

  it('of a table of an answer has a number a cell, its mark in words, and a bar as long as its share', () => {
    const html = blocksHtml([{ kind: 'answerTable', table: answerTable }])
    assert.deepEqual(
      [...html.matchAll(/<rect width="(\d+)"/gu)].map(([, width]) => width),
      ['1', '100'],
    )
    assert.match(html, /<td class="best">.*best or equal to it.*1\.07/)
    assert.match(html, /<td class="open">.*no reliable difference from the best yet.*0</)
    assert.match(html, /976<\/span> <span class="factor">912 ×/)
    assert.match(html, /<span class="spoilt">▲ busy/)
  })

  it('puts rows of a group under its name, and the reasons of its cells below a table', () => {
    const rows = ['x', 'y'].map((label) => ({ group: 'Latency', cells: [label, { ...textCell('–'), reason: 'not measured: why' }] }))
    const html = blocksHtml([{ kind: 'table', heads: ['', 'sse'], rows }])
    assert.equal(html.match(/Latency/gu)?.length, 1)
    assert.equal(html.match(/<span class="mark">\(1\)<\/span>/gu)?.length, 2)
    assert.equal(html.match(/not measured: why/gu)?.length, 1)
  })
})

describe('a block in markdown', () => {
  it('shows every text as it is', () => {
    assert.equal(markdown(...texts(evil)), `${evilMarkdown}\n`)
    assert.equal(markdown(...list([evil])), `- ${evilMarkdown}\n`)
    assert.ok(markdown(...table(['', evil], [[evil, textCell(evil)]])).includes(`| ${evilMarkdown} | ${evilMarkdown} |`))
    assert.ok(markdown(...alert('warning', evil, [evil])).includes(`> - ${evilMarkdown}`))
    assert.ok(markdown({ kind: 'answer', answer }).startsWith(`**Choose ${evilMarkdown}.**\n`))
    assert.ok(markdown({ kind: 'answerTable', table: answerTable }).startsWith(`|  | ${evilMarkdown} | b ▲ |`))
    assert.ok(markdown(...fold(evil, texts('x'))).startsWith(`## ${evilMarkdown}\n`))
  })

  it('of a table has one number a cell with its mark, and says what marks are', () => {
    const text = markdown({ kind: 'answerTable', table: answerTable })
    assert.match(text, /^\| Latency, median \(ms\) \| ● 1\.07 \| 976 \|$/mu)
    assert.match(text, /^\| Lost \| ○ 0 \| – \|$/mu)
    assert.match(text, /● best, or equal to the best within what matters\. · ○ no reliable difference from the best yet\. · ▲ b: busy/)
  })

  it('of code cannot be ended by the code', () => {
    assert.equal(markdown({ kind: 'code', text: 'a ``` b' }), '````\na ``` b\n````\n')
  })

  it('is a section where nothing folds, and a fold on GitHub', () => {
    const blocks = fold('All figures', [...texts('x'), ...fold('More', texts('y'))])
    assert.equal(blocksMarkdown(blocks, style).join('\n'), '## All figures\n\nx\n\n### More\n\ny\n')
    assert.deepEqual(blocksMarkdown(fold('All', texts('x')), folding), [
      '<details>',
      '<summary>All</summary>',
      '',
      'x',
      '',
      '</details>',
      '',
    ])
  })

  it('of charts is a picture beside the file, or why there is none, and nothing in a comment', () => {
    const figures: Block = { kind: 'figures', figures: [figure] }
    assert.equal(markdown(figures), '![How far apart?](charts/spread.png)\n')
    assert.match(blocksMarkdown([figures], { ...style, chartsSkipped: 'charts: switched off' }).join('\n'), /^charts: switched off\./)
    assert.deepEqual(blocksMarkdown([figures], folding), [])
  })

  it('of a report follows its title, question and workload', () => {
    const lines = reportMarkdown({ title: evil, question: evil, workload: [evil], blocks: texts('x') }, null)
    assert.deepEqual(
      lines.filter((line) => line !== ''),
      [`# ${evilMarkdown}`, `**${evilMarkdown}**`, evilMarkdown, 'x'],
    )
  })
})

describe('a comment of blocks', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, at) => [`row ${at}`, '1'])
  const report = (...blocks: Block[]): Report => ({ title: 'T', question: 'Q?', workload: ['w'], blocks })
  const lineCount = (text: string): number => text.trimEnd().split('\n').length

  it('keeps the answer and its table, and shortens what is folded from the end', () => {
    const text = reportComment(
      report(
        { kind: 'answer', answer },
        { kind: 'answerTable', table: answerTable },
        ...fold('First', table(['a', 'b'], rows(20))),
        ...fold('Second', list(Array.from({ length: 80 }, (_, at) => `item ${at}`))),
      ),
    )
    assert.ok(lineCount(text) <= mostOfComment.lines)
    assert.match(text, /\*\*Choose/)
    assert.match(text, /row 19/)
    assert.match(text, /item 0/)
    assert.match(text, /more are too many for a comment/)
    assert.equal(text.match(/<details>/gu)?.length, text.match(/<\/details>/gu)?.length)
  })

  it('leaves out a fold of which nothing is left, and mentions nobody', () => {
    const text = reportComment(
      report({ kind: 'answer', answer }, ...fold('First', table(['a', 'b'], rows(100))), ...fold('Second', list(['x', 'y']))),
    )
    assert.ok(lineCount(text) <= mostOfComment.lines)
    assert.doesNotMatch(text, /Second/)
    assert.doesNotMatch(text, /@me|(?<!&)#1/)
  })
})

describe('commands in a text', () => {
  it('are code, and nothing in backticks of its own can end it', () => {
    const shown = (text: string) =>
      withCode(
        text,
        (word) => `(${word})`,
        (code) => `<${code}>`,
      )
    assert.equal(shown('run `--blocks 8` now'), '(run) <--blocks 8> (now)')
    assert.equal(shown('one ` alone'), '(one ` alone)')
    assert.equal(shown('`a` `b`'), '<a> <b>')
    assert.equal(shown('no code'), '(no code)')
    const text = markdown({ kind: 'answer', answer })
    assert.match(text, /- \*\*Still open:\*\* Server CPU; `--blocks 8` \(7 min\) would decide\./)
  })
})

describe('figures of blocks', () => {
  it('are found wherever they stand', () => {
    const inner: Block = { kind: 'figures', figures: [figure] }
    assert.deepEqual(figuresIn([inner, ...fold('a', section('b', 'c', [inner]))]), [figure, figure])
  })
})

describe('blocks of nothing', () => {
  it('are none', () => {
    assert.deepEqual([...section('a', 'b', []), ...fold('a', []), ...list([]), ...table(['a'], []), ...alert('bad', 'a', [])], [])
  })

  it('an alert names a few and counts the others', () => {
    assert.deepEqual(alert('bad', 't', ['a', 'b', 'c', 'd', 'e'], ': below'), [
      { kind: 'alert', tone: 'bad', title: 't', items: ['a', 'b', 'c', 'and 2 more: below'] },
    ])
    assert.deepEqual(alert('bad', 't', ['a', 'b', 'c', 'd']), [{ kind: 'alert', tone: 'bad', title: 't', items: ['a', 'b', 'c', 'd'] }])
  })
})
