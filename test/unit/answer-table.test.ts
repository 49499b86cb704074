import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerTableOf } from '../../src/answer/table.ts'
import { answerTableHtml } from '../../src/report/html-answer.ts'
import { spoiltTimes, workedResult } from '../helpers/worked-result.ts'

const contenders = [
  { transport: 'short-poll', p50Ms: 976, p99Ms: 1_980, memoryKiB: 3.11, requestsPerSecond: 500, cpuMsPerSecond: [96, 40, 120] },
  { transport: 'sse', p50Ms: 1.07, p99Ms: 4.99, memoryKiB: 5.57, cpuMsPerSecond: [59, 80, 45] },
  { transport: 'websocket', p50Ms: 0.988, p99Ms: 4.44, memoryKiB: 3.04, cpuMsPerSecond: [58.3, 44, 85] },
]

test('a row has one number a cell, marked where it is the lowest or equal to it, or not decided yet', () => {
  const { heads, rows } = answerTableOf(workedResult({ contenders }))
  assert.deepEqual(heads, [
    { label: 'short-poll', spoilt: null },
    { label: 'sse', spoilt: null },
    { label: 'websocket', spoilt: null },
  ])
  assert.ok(rows.length <= 12)
  const row = (label: string) => rows.find((entry) => entry.label === label)
  assert.deepEqual(
    row('Latency, p99')?.cells.map(({ text, mark, factor }) => [text, mark, factor]),
    [
      ['1,980', null, '450 ×'],
      ['4.99', null, '1.1 ×'],
      ['4.44', 'best', null],
    ],
  )
  assert.deepEqual(
    row('Server memory')?.cells.map(({ text, mark, factor }) => [text, mark, factor]),
    [
      ['3.11', 'best', null],
      ['5.57', null, '1.8 ×'],
      ['3.04', 'best', null],
    ],
  )
  assert.deepEqual(
    row('Server CPU')?.cells.map(({ mark }) => mark),
    ['open', 'open', 'best'],
  )
  assert.deepEqual(
    row('Requests')?.cells.map(({ text, mark, share }) => [text, mark, share]),
    [
      ['500', null, 1],
      ['0', 'best', 0],
      ['0', 'best', 0],
    ],
  )
  assert.deepEqual(
    [row('Lost')?.unit, row('Lost')?.cells.map(({ text, mark }) => [text, mark])],
    [
      'of 3,000',
      [
        ['0', 'best'],
        ['0', 'best'],
        ['0', 'best'],
      ],
    ],
  )
})

test('one block marks nobody, and shows a factor from 2 × on', () => {
  const { rows } = answerTableOf(workedResult({ contenders, blockCount: 1 }))
  assert.ok(rows.every(({ cells }) => cells.every(({ mark }) => mark === null)))
  assert.deepEqual(
    rows.find(({ label }) => label === 'Latency, p99')?.cells.map(({ factor }) => factor),
    ['450 ×', null, null],
  )
})

test('a head says of which trials figures do not count', () => {
  const [first, second] = contenders
  const { heads } = answerTableOf(
    workedResult({
      contenders: [
        { ...first!, findings: (block) => (block === 0 ? [spoiltTimes()] : []) },
        { ...second!, failedIn: [2] },
      ],
    }),
  )
  assert.match(heads[0]?.spoilt ?? '', /^1 of 3 trials: /u)
  assert.equal(heads[1]?.spoilt, '1 of 3 trials failed')
})

test('a figure that was not measured is a dash, and a row of dashes is left out', () => {
  const { rows } = answerTableOf(
    workedResult({
      contenders: [
        { transport: 'sse', memoryKiB: null, cpuMsPerSecond: null },
        { transport: 'websocket', cpuMsPerSecond: null },
      ],
    }),
  )
  assert.equal(
    rows.find(({ label }) => label === 'Server CPU'),
    undefined,
  )
  assert.deepEqual(
    rows.find(({ label }) => label === 'Server memory')?.cells.map(({ text }) => text),
    ['–', '4'],
  )
})

test('the page speaks of bars where there are any', () => {
  const cell = { text: '500', mark: null, factor: null }
  const table = (share: number | null) => ({
    heads: [{ label: 'sse', spoilt: null }],
    rows: [{ label: 'Fails at', unit: '', metric: null, cells: [{ ...cell, share }] }],
  })
  assert.match(answerTableHtml(table(1)), /Bars are relative to the largest value of the row\./u)
  assert.doesNotMatch(answerTableHtml(table(null)), /Bars/u)
})
