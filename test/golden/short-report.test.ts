import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { answerOf } from '../../src/answer/answer.ts'
import type { AnswerCell, AnswerTable } from '../../src/answer/answer-table.ts'
import { studyAnswerOf } from '../../src/answer/study-answer.ts'
import { studyAnswerTableOf } from '../../src/answer/study-table.ts'
import { answerTableOf } from '../../src/answer/table.ts'
import { answerRulesVersion, type Answer } from '../../src/core/answer.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { resultSchema, type ResultDocument } from '../../src/core/result.ts'
import { studySchema, type StudyDocument } from '../../src/core/study-result.ts'
import { mostReportLines, shortReport, type ShortReport } from '../../src/report/short-report.ts'
import { studyTerminalReport } from '../../src/report/study/terminal.ts'
import { terminalReport } from '../../src/report/terminal.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { madeUpDocument } from './fixture-document.ts'
import { madeUpSearch, madeUpSweep } from './fixture-study.ts'
import { variants } from './fixture-variants.ts'

const page = 'results/notifications/2026-11-25T16-12-03/report.html'

function cells(...texts: string[]): AnswerCell[] {
  return texts.map((text) => {
    const mark = text.startsWith('●') ? 'best' : text.startsWith('○') ? 'open' : null
    return { text: text.replace(/^[●○] /u, ''), mark, factor: null, share: null }
  })
}

const table: AnswerTable = {
  heads: ['short-poll', 'long-poll', 'sse', 'websocket'].map((label) => ({
    label,
    spoilt: label === 'sse' ? '1 of 3 trials: CPU steal was 1.2 %' : null,
  })),
  rows: [
    { label: 'Latency, median', unit: 'ms', metric: null, cells: cells('976', '○ 1.12', '○ 1.07', '● 0.988') },
    { label: 'Latency, p99', unit: 'ms', metric: null, cells: cells('1,980', '○ 5.24', '○ 4.99', '● 4.44') },
    { label: 'Wire bytes', unit: 'B/delivery', metric: null, cells: cells('2,730', '866', '● 481', '531') },
    { label: 'Server memory', unit: 'KiB/client', metric: null, cells: cells('● 3.11', '6.20', '5.57', '● 3.04') },
    { label: 'Descriptors', unit: '/client', metric: null, cells: cells('● 1', '● 1', '● 1', '● 1') },
    { label: 'Lost', unit: 'of 2,394', metric: null, cells: cells('0', '0', '0', '0') },
  ],
}

const answer: Answer = {
  rulesVersion: answerRulesVersion,
  kind: 'choice',
  recommendation: 'Choose SSE or WebSocket; SSE is the simpler.',
  choose: ['sse', 'websocket'],
  simplest: 'sse',
  ruledOut: [
    { contender: 'long-poll', by: 'dominated', text: 'Long polling costs more bytes than SSE and is better in nothing.' },
    { contender: 'short-poll', by: 'dominated', text: 'Short polling is 990 × later: half its 2 s interval.' },
  ],
  lines: [
    { topic: 'latency', text: 'Short polling is 990 × later: half its 2 s interval.' },
    { topic: 'network', text: 'SSE sends the fewest bytes (WebSocket 1.1 ×, long polling 1.8 ×).' },
  ],
  open: { text: 'Still open: server CPU; `--blocks 8` (about 7 min) would decide.', blockCount: 8, minutes: 7 },
  trust: [
    { text: '12 of 12 trials counted', tone: 'good' },
    { text: '9,576 of 9,576 deliveries accounted for', tone: 'good' },
    { text: 'loopback: add your distance', tone: 'neutral' },
  ],
}

const report: ShortReport = {
  title: 'Notifications',
  question: 'What does it cost to keep 1,000 people informed of rare events that concern only them?',
  workload: '1,000 clients, own channel each · 100 messages/s · 256 B · 3 blocks · 2 × AMD EPYC, Node 20.20',
  notices: [],
  table,
  answer,
  warningCount: 2,
  page,
}

/** What is true of every short report: it fits the terminal and a screen, has no escape, and says no sentence twice. */
function assertFits(text: string, columns: number): void {
  const lines = text.trimEnd().split('\n')
  for (const line of lines) {
    assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`)
    assert.doesNotMatch(line, /\p{Cc}|\b(?:NaN|Infinity|undefined|null)\b/u)
  }
  if (columns < 80) return
  assert.ok(lines.length <= mostReportLines && mostReportLines <= 40, `${lines.length} lines:\n${text}`)
  const sentences = text
    .replaceAll(/\s+/gu, ' ')
    .split(/(?<=[.?!]) /u)
    .filter((sentence) => sentence.length > 25)
  const twice = sentences.filter((sentence, at) => sentences.indexOf(sentence) !== at)
  assert.deepEqual(twice, [], `twice in\n${text}`)
}

function shortOf(document: ResultDocument, columns: number, colour = false): string {
  return terminalReport(document, { answer: answerOf(document), table: answerTableOf(document), page }, { columns, colour })
}

suite('the short report', () => {
  test('is question, workload, table, answer, trust and place, in this form at 80 columns', () => {
    assert.equal(
      shortReport(report, { columns: 80, colour: false }),
      `\
Notifications: what does it cost to keep 1,000 people informed of rare events
that concern only them?
1,000 clients, own channel each · 100 messages/s · 256 B · 3 blocks · 2 × AMD
EPYC, Node 20.20

                            short-poll   long-poll       sse ▲   websocket
  Latency, median       ms         976      ○ 1.12      ○ 1.07     ● 0.988
  Latency, p99          ms       1,980      ○ 5.24      ○ 4.99      ● 4.44
  Wire bytes    B/delivery       2,730         866       ● 481         531
  Server memory KiB/client      ● 3.11        6.20        5.57      ● 3.04
  Descriptors      /client         ● 1         ● 1         ● 1         ● 1
  Lost            of 2,394           0           0           0           0
  ● best or equal to the best   ○ no reliable difference from the best yet
  ▲ sse: 1 of 3 trials: CPU steal was 1.2 %

Choose SSE or WebSocket; SSE is the simpler.
  Short polling is 990 × later: half its 2 s interval.
  SSE sends the fewest bytes (WebSocket 1.1 ×, long polling 1.8 ×).
  Long polling costs more bytes than SSE and is better in nothing.
Still open: server CPU; --blocks 8 (about 7 min) would decide.

12 of 12 trials counted · 9,576 of 9,576 deliveries accounted for
loopback: add your distance
Report  ${page}
all figures, 2 warnings and evidence: --full
`,
    )
  })

  test('needs no second line for question, workload, trust and place at 120 columns', () => {
    const lines = shortReport(report, { columns: 120, colour: false }).split('\n')
    assert.equal(lines[0], `Notifications: what${report.question.slice(4)}`)
    assert.equal(lines[1], report.workload)
    assert.deepEqual(lines.slice(-3), [
      '12 of 12 trials counted · 9,576 of 9,576 deliveries accounted for · loopback: add your distance',
      `Report  ${page}   all figures, 2 warnings and evidence: --full`,
      '',
    ])
  })

  test('adds escapes with colour and nothing else', () => {
    const coloured = shortReport({ ...report, notices: ['Interrupted.'] }, { columns: 100, colour: true })
    assert.ok(coloured.includes('\u001b['))
    const stripped = stripVTControlCharacters(coloured)
      .split('\n')
      .map((line) => line.trimEnd())
    assert.equal(stripped.join('\n'), shortReport({ ...report, notices: ['Interrupted.'] }, { columns: 100, colour: false }))
  })

  test('keeps a name at the beginning of a question as it is written', () => {
    const asked = (question: string) => shortReport({ ...report, question }, { columns: 120, colour: false }).split('\n')[0]
    assert.equal(asked('SSE or WebSocket?'), 'Notifications: SSE or WebSocket?')
    assert.equal(asked('Kafka at the door: what now?'), 'Notifications: Kafka at the door: what now?')
    assert.equal(asked('A server dies: who comes back?'), 'Notifications: a server dies: who comes back?')
  })

  test('makes a row of each contender where not all fit side by side, and one line of what is the same for all', () => {
    const labels = ['no backoff', 'no jitter', 'jitter 0.2', 'full jitter', 'full jitter over 4 s'].flatMap((option) => [
      `sse, ${option}`,
      `websocket, ${option}`,
    ])
    const many: AnswerTable = {
      heads: labels.map((label) => ({ label, spoilt: null })),
      rows: [
        ...['Latency, median', 'Latency, p99', 'Recovered, p50', 'Recovered, p99', 'Peak connects', 'Peak errors'].map((label) => ({
          label,
          unit: 'ms',
          metric: null,
          cells: cells(...labels.map((_, at) => `1,${at}00`)),
        })),
        { label: 'Lost', unit: 'of 2,394', metric: null, cells: cells(...labels.map(() => '0')) },
        { label: 'Descriptors', unit: '/client', metric: null, cells: cells(...labels.map(() => '● 1')) },
      ],
    }
    for (const columns of [80, 100, 120]) {
      const text = shortReport({ ...report, table: many }, { columns, colour: false })
      assertFits(text, columns)
      assert.match(text, /^ {2}The same for all: Lost 0 of 2,394, Descriptors 1\/client$/mu)
      for (const label of labels) assert.match(text, new RegExp(`^ {2}${label} +1,\\d00`, 'mu'), label)
    }
  })

  test('leaves out from the end of table and answer what no screen holds, and names it', () => {
    const labels = Array.from({ length: 16 }, (_, at) => `contender with a long name ${at}`)
    const long = 'This sentence is as long as two lines of a terminal and stands for one of those that name each contender with its factor'
    const huge: ShortReport = {
      ...report,
      notices: [`Interrupted: ${long}.`],
      table: {
        heads: labels.map((label) => ({ label, spoilt: 'the machine was busy' })),
        rows: Array.from({ length: 12 }, (_, row) => ({
          label: `Figure ${row}`,
          unit: 'ms',
          metric: null,
          cells: cells(...labels.map((_, at) => `${row},${100 + at}`)),
        })),
      },
      answer: { ...answer, lines: [1, 2, 3, 4, 5].map((number) => ({ topic: 'latency', text: `${number}: ${long}.` })) },
    }
    for (const columns of [80, 100, 120]) {
      const text = shortReport(huge, { columns, colour: false })
      assertFits(text, columns)
      assert.match(text, /In --full: Figure \d/u)
      assert.match(text, /^ {2}\d more lines: --full$/mu)
      assert.match(text, /^ {2}▲ all: the machine was busy$/mu)
    }
  })
})

const references = join(packageRoot(), 'results', 'reference')

/** Texts of the results that are kept, by scenario. */
function kept(file: 'result.json' | 'study.json'): [string, string][] {
  return readdirSync(references)
    .filter((name) => existsSync(join(references, name, file)))
    .map((name) => [name, readFileSync(join(references, name, file), 'utf8')])
}

suite('the short report of a run', () => {
  for (const [name, variant] of Object.entries(variants)) {
    test(`${name}: fits every terminal, and a screen from 80 columns on`, () => {
      for (const columns of [20, 30, 48, 80, 100, 120, 200]) assertFits(shortOf(variant(), columns), columns)
    })
  }

  for (const [name, text] of kept('result.json')) {
    test(`${name}, as kept: fits a screen at 80, 100 and 120 columns, says no sentence twice, and answers`, () => {
      const document = resultSchema.parse(JSON.parse(text))
      for (const columns of [80, 100, 120]) {
        const shown = shortOf(document, columns)
        assertFits(shown, columns)
        assert.ok(shown.replaceAll(/\s+/gu, ' ').includes(answerOf(document).recommendation.replaceAll('`', '')))
      }
    })
  }

  test('says that it was stopped, which trials failed, and which limit no answer names', () => {
    const document = madeUpDocument({ blockCount: 1, labels: [{ label: 'sse', transport: 'sse' }] })
    document.interrupted = true
    document.failedTrials = [0, 1].map((block) => ({ contender: 'sse', block, position: 0, message: 'ERR_CHILD_DIED: it died' }))
    document.comparison.unjudgedLimits = [{ contender: 'sse', limit: 'lostCount' }]
    const text = shortOf(document, 100)
    assert.match(text, /^Interrupted: /mu)
    assert.match(text, /^2 trials did not end: sse in block 1: ERR_CHILD_DIED: it died \(and 1 more\)$/mu)
    assert.match(text, /^Limit not judged: lostCount of sse\.$/mu)
  })
})

suite('the short report of a study', () => {
  const shortOfStudy = (document: StudyDocument, columns: number): string =>
    studyTerminalReport(
      document,
      { answer: studyAnswerOf(document), table: studyAnswerTableOf(document), page },
      { columns, colour: false },
    )
  const documents: Readonly<Record<string, () => StudyDocument>> = {
    sweep: () => madeUpSweep(),
    'sweep over two axes': () => madeUpSweep({ isPlane: true }),
    'sweep of one block': () => madeUpSweep({ blockCount: 1 }),
    'interrupted sweep': () => madeUpSweep({ doneCount: 2 }),
    'sweep before its first point': () => madeUpSweep({ doneCount: 0 }),
    search: madeUpSearch,
    ...Object.fromEntries(kept('study.json').map(([name, text]) => [`${name}, as kept`, () => studySchema.parse(JSON.parse(text))])),
  }

  for (const [name, make] of Object.entries(documents)) {
    test(`${name}: fits every terminal, a screen from 80 columns on, and answers`, () => {
      const document = make()
      for (const columns of [30, 48, 60, 80, 100, 120, 200]) {
        const shown = shortOfStudy(document, columns)
        assertFits(shown, columns)
        assert.ok(shown.replaceAll(/\s+/gu, ' ').includes(studyAnswerOf(document).recommendation.replaceAll('`', '')), shown)
      }
    })
  }

  test('has at most 12 rows: the figures that are asked for, at points from one end of the axis to the other', () => {
    const { heads, rows } = studyAnswerTableOf(madeUpSweep())
    assert.deepEqual(
      heads.map(({ label, spoilt }) => [label, spoilt]),
      ['short-poll', 'long-poll', 'sse', 'websocket'].map((label) => [label, null]),
    )
    assert.equal(rows.length, 12)
    const latency = rows.filter(({ metric }) => metric === 'deliveryLatencyP99').map(({ label }) => label)
    assert.deepEqual(latency, ['Latency, p99 at 250 ms', 'Latency, p99 at 2.00 s', 'Latency, p99 at 30.0 s'])
  })

  test('shows of a search the largest value of each contender, and where it fails', () => {
    const document = madeUpSearch()
    const { rows } = studyAnswerTableOf(document)
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['Clients, most', 'Fails at', 'Trials'],
    )
    for (const [at, { label }] of document.contenders.entries()) {
      const answer = document.search.find(({ contender }) => contender === label)
      const most = rows[0]!.cells[at]!.text
      if (answer?.value == null) assert.equal(most, '–')
      else assert.equal(most.replace('≥ ', ''), answer.value.toLocaleString('en-US'))
    }
  })
})
