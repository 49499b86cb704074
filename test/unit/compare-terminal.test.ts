import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { compareReport, compareResults } from '../../src/report/compare-terminal.ts'
import { mostReportLines } from '../../src/report/short-report.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { machine, madeUpRun, type RunAsk } from '../helpers/two-runs.ts'

function shown(before: RunAsk, after: RunAsk, columns = 100): string {
  const [left, right] = [madeUpRun(before), madeUpRun(after)]
  const found = compareResults({ file: 'before/result.json', document: left }, { file: 'after/result.json', document: right })
  return compareReport(found, left, { columns, colour: false })
}

const cases: Readonly<Record<string, readonly [RunAsk, RunAsk]>> = {
  'no difference': [{ noise: 0.01 }, { noise: 0.01, seed: 2 }],
  'half as much again': [{ noise: 0.01 }, { noise: 0.01, seed: 2, factor: 1.5 }],
  'a third less': [
    { noise: 0.01, factor: 1.5 },
    { noise: 0.01, seed: 2 },
  ],
  'noise that leaves everything open': [{ noise: 0.5 }, { noise: 0.5, seed: 2 }],
  'one block a side': [{ blockCount: 1 }, { blockCount: 1, factor: 3 }],
  'another machine': [{}, { environment: { ...machine, cpuModel: 'Another CPU', coreCount: 64, node: 'v22.0.0' } }],
}

suite('the comparison of two runs on a terminal', () => {
  for (const [name, [before, after]] of Object.entries(cases)) {
    test(`${name}: fits a screen, and says no sentence twice`, () => {
      for (const columns of [60, 80, 100, 120]) {
        const text = shown(before, after, columns)
        const lines = text.trimEnd().split('\n')
        for (const line of lines) {
          assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`)
          assert.doesNotMatch(line, /\p{Cc}|\b(?:NaN|Infinity|undefined|null)\b/u)
        }
        assert.ok(columns < 80 || lines.length <= mostReportLines, `${lines.length} lines:\n${text}`)
        const sentences = text
          .replaceAll(/\s+/gu, ' ')
          .split(/(?<=[.?!]) /u)
          .filter((sentence) => sentence.length > 25)
        assert.equal(new Set(sentences).size, sentences.length, text)
      }
    })
  }

  test('says in its first sentence that nothing got worse, and shows every change as one number', () => {
    const text = shown(...cases['no difference']!)
    assert.match(text, /^No regression was found in the \d+ figures judged/)
    assert.match(text, /^ {2}Server CPU +(?:○ )?(?:1\.0\d|0\.9\d\d) /mu)
    assert.match(text, /^ {2}after ÷ before/mu)
  })

  test('names what got worse with both values, and marks it in the table', () => {
    const text = shown(...cases['half as much again']!)
    assert.match(text, /^\d+ regressions found: short-poll delivery latency p50, /)
    assert.match(text, /▲ 1\.5\d/u)
    assert.match(text, /^Worse: short-poll delivery latency p50 \d+ → [\d,]+ ms, 1\.\d\d × \[/mu)
  })

  test('names in its first sentence a contender of which no figure was judged', () => {
    const [left, right] = [madeUpRun({ noise: 0.01 }), madeUpRun({ noise: 0.01, seed: 2 })]
    const found = compareResults({ file: 'before/result.json', document: left }, { file: 'after/result.json', document: right })
    const text = compareReport({ ...found, unjudged: ['sse'] }, left, { columns: 200, colour: false })
    assert.match(text, /^No regression was found in the \d+ figures judged.*; no figure of sse was judged\.\n/u)
  })

  test('says once and first why nothing was judged', () => {
    const text = shown(...cases['one block a side']!).replaceAll(/\s+/gu, ' ')
    assert.match(text, /^Nothing was judged \(all \d+ figures: 1 and 1 blocks have a value; each side needs 2\)\./)
    assert.equal(text.split('each side needs 2').length, 2)
  })

  test('shows of runs that are not comparable what differs, and no figure', () => {
    const text = shown(...cases['another machine']!)
    assert.match(text, /^Not comparable: the runs have different machines\.\n/)
    assert.match(text, /^coreCount +2 +64$/m)
    assert.doesNotMatch(text, /÷|×/u)
  })
})
