import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSchema, type Answer } from '../../src/core/answer.ts'
import type { MicroBenchmarkResult } from '../../src/core/micro-benchmark.ts'
import type { StudyDocument } from '../../src/core/study-result.ts'
import { microAnswerOf } from '../../src/answer/micro-answer.ts'
import { studyAnswerFor, studyAnswerOf } from '../../src/answer/study-answer.ts'
import { madeUpSearch, madeUpSweep } from '../golden/fixture-study.ts'

function answer(document: StudyDocument): Answer {
  return answerSchema.parse(studyAnswerOf(document))
}

test('a sweep is answered by where two change places in what matters, with the interval', () => {
  const found = answer(madeUpSweep())
  // Short polling: 290 + 5,600,000 ÷ interval in ms; long polling 1,180 B: equal at 6.3 s.
  const match =
    /^From a poll interval of ([\d.]+) s on \(([\d.]+) s to ([\d.]+) s\), short polling sends fewer bytes than long polling\.$/u.exec(
      found.recommendation,
    )
  assert.ok(match !== null, found.recommendation)
  assert.ok(Math.abs(Number(match[1]) - 6.3) < 0.6)
  assert.equal(found.kind, 'choice')
  assert.deepEqual(found.choose, [])
  assert.ok(
    found.lines.some(({ text }) => /^From a poll interval of [\d.]+ s on .*, short polling takes less server CPU than SSE\.$/u.test(text)),
  )
})

test('a scenario about CPU is answered by where CPU changes places', () => {
  const sweep = madeUpSweep()
  const { recommendation } = answer({
    ...sweep,
    scenario: { ...sweep.scenario, resolved: { ...sweep.scenario.resolved, answer: { about: ['breakEven', 'cpu'] } } },
  })
  assert.match(recommendation, /takes less server CPU/)
})

test('a sweep of one block is a first look without a verdict', () => {
  const found = answer(madeUpSweep({ blockCount: 1 }))
  assert.equal(found.kind, 'firstLook')
  assert.match(found.recommendation, /^First look, one run each: at a poll interval of 30\.0 s, /)
  assert.doesNotMatch(JSON.stringify([found.recommendation, found.lines]), /choose|better|best|fewest|soonest/i)
  assert.equal(found.open?.blockCount, 3)
})

test('who gives in first is the answer where somebody does', () => {
  const sweep = madeUpSweep()
  const points = sweep.points.map((point) => ({
    ...point,
    loads: (point.loads ?? []).map((load) => ({
      ...load,
      isSaturated:
        (load.contender === 'short-poll' && point.values[0]! >= 1_000) || (load.contender === 'long-poll' && point.values[0]! >= 5_000),
      cause: 'server' as const,
    })),
  }))
  const found = answer({ ...sweep, points, breakEven: [] })
  assert.equal(
    found.recommendation,
    'Short polling cannot keep up from a poll interval of 1.00 s on; long polling from 5.00 s; the others keep up to 30.0 s.',
  )
})

test('what was lost along an axis is counted', () => {
  const sweep = madeUpSweep()
  const nothing = { unit: 'ratio' as const, values: [], blocks: [], low: null, high: null, level: 0.95, reasons: {} }
  const shares: Record<string, [number, number]> = { 'short-poll': [0.01, 0.03], 'long-poll': [0.2, 0.6], sse: [0, 0], websocket: [0, 0] }
  const points = sweep.points.map((point, at) => ({
    ...point,
    rows: point.rows.map((row) => ({
      ...row,
      metrics: { ...row.metrics, lostRatio: { ...nothing, median: shares[row.contender]![at === 0 ? 0 : 1] } },
    })),
  }))
  const resolved = { ...sweep.scenario.resolved, matters: { lostRatio: { ratio: 1.2 } } }
  const found = answer({ ...sweep, points, breakEven: [], scenario: { ...sweep.scenario, resolved } })
  assert.equal(
    found.recommendation,
    'Lost from a poll interval of 250 ms to 30.0 s: short polling 1 to 3 %, long polling 20 to 60 %; SSE and WebSocket nothing.',
  )
})

test('a search is answered by the largest value of each, the largest first', () => {
  const found = answer(madeUpSearch())
  assert.equal(
    found.recommendation,
    'WebSocket keeps up with at least 15,000 clients, SSE with at least 8,667, short polling with 4,149 and long polling not even with 100.',
  )
  assert.deepEqual(
    found.lines.map(({ topic, text }) => [topic, text]),
    [
      ['capacity', 'WebSocket: at least 15,000 (no value above the end of the search was tried).'],
      ['capacity', 'SSE: at least 8,667 (at 9051 the generator was the limit).'],
      ['capacity', 'Short polling: 4,149, confirmed; it fails at 4,333, limited by its p99.'],
      ['capacity', 'Long polling: no value found (the first value does not meet the limits); it fails at 100, limited by its p99.'],
    ],
  )
})

test('where the event loop of the server was at its limit, the server is what limits', () => {
  const document = madeUpSearch()
  const only = document.search.filter(({ contender }) => contender === 'short-poll')
  const points = document.points.map((point) => ({
    ...point,
    loads: (point.loads ?? []).map((load) => ({ ...load, boundBy: point.values[0] === 4_333 ? ['server'] : [] })),
  }))
  const found = answer({ ...document, points, search: only, contenders: document.contenders.slice(0, 1) })
  assert.equal(found.recommendation, "Short polling keeps up with 4,149 clients, limited by the server's processor.")
})

test('contenders that the generator could not load further have not reached the end of a search', () => {
  const document = madeUpSearch()
  const sse = document.search.find(({ contender }) => contender === 'sse')!
  const contenders = document.contenders.filter(({ label }) => label === 'sse' || label === 'websocket')
  const found = answer({ ...document, contenders, search: [sse, { ...sse, contender: 'websocket' }] })
  assert.equal(found.recommendation, 'SSE keeps up with at least 8,667 clients, WebSocket with at least 8,667.')
})

test('a contender for which the search found nothing is named', () => {
  const document = madeUpSearch()
  const [first, ...others] = document.search.filter(({ contender }) => contender !== 'long-poll')
  const unfinished = { ...first!, verdict: 'unfinished' as const, value: null, failsAt: null }
  assert.match(answer({ ...document, search: [unfinished, ...others] }).recommendation, /; no value was found for short polling\.$/u)
})

test('along two axes a sentence names the place on both', () => {
  const found = answer({ ...madeUpSweep({ isPlane: true }), breakEven: [] })
  const texts = [found.recommendation, ...found.lines.map(({ text }) => text)]
  const places = texts.filter((text) => text.startsWith('At '))
  assert.ok(places.length > 0, JSON.stringify(texts))
  for (const text of places) assert.match(text, /^At a poll interval of 30\.0 s and 10 messages per second per channel, /u)
  for (const text of texts.filter((one) => one.startsWith('By ')))
    assert.match(text, /^By poll interval at 10 messages per second per channel: /u)
})

test('the largest loss is named where it lies between the ends, and no loss where nothing counts', () => {
  const sweep = madeUpSweep()
  const nothing = { unit: 'ratio' as const, values: [], blocks: [], low: null, high: null, level: 0.95, reasons: {} }
  const shareAt = (label: string, at: number): number | null =>
    label === 'sse' ? (at === 3 ? 0.05 : 0) : label === 'websocket' && at === 6 ? null : 0
  const points = sweep.points.map((point, at) => ({
    ...point,
    rows: point.rows.map((row) => ({
      ...row,
      metrics: { ...row.metrics, lostRatio: { ...nothing, median: shareAt(row.contender, at) } },
    })),
  }))
  const resolved = { ...sweep.scenario.resolved, matters: { lostRatio: { ratio: 1.2 } } }
  const ask = { ...sweep, breakEven: [], scenario: { ...sweep.scenario, resolved } }
  assert.equal(
    answer({ ...ask, points }).recommendation,
    'Lost from a poll interval of 250 ms to 30.0 s: SSE 0 to 0 % (most at a poll interval of 2.00 s: 5 %); short polling, long polling and WebSocket nothing.',
  )
  assert.match(
    answer({ ...ask, points: points.slice(4) }).recommendation,
    /^Short polling, long polling, SSE and WebSocket lose nothing where it counts from /u,
  )
})

test('one that the generator could not load to the end is not said to keep up', () => {
  const sweep = madeUpSweep()
  const points = sweep.points.map((point) => ({
    ...point,
    rows: point.rows.map((row) => (row.contender === 'sse' && point.values[0]! >= 10_000 ? { ...row, countedTrialCount: 0 } : row)),
    loads: (point.loads ?? []).map((load) => ({
      ...load,
      isSaturated: load.contender !== 'websocket' && load.contender !== 'long-poll' && point.values[0]! >= 5_000,
      cause: load.contender === 'sse' ? ('generator' as const) : ('server' as const),
    })),
  }))
  const found = answer({ ...sweep, points, breakEven: [] })
  assert.equal(
    found.recommendation,
    'Short polling cannot keep up from a poll interval of 5.00 s on; long polling and WebSocket keep up to 30.0 s.',
  )
})

test('one that was behind and kept up further on has no value from which on it cannot keep up', () => {
  const sweep = madeUpSweep()
  const points = sweep.points.map((point) => ({
    ...point,
    loads: (point.loads ?? []).map((load) => ({
      ...load,
      isSaturated: load.contender === 'sse' && point.values[0] === 1_000,
      cause: 'server' as const,
    })),
  }))
  assert.doesNotMatch(JSON.stringify(answer({ ...sweep, points, breakEven: [] })), /cannot keep up/u)
})

test('one that is lower at every point by less than what matters is not said to be ahead', () => {
  const sweep = madeUpSweep()
  const metric = 'wireBytesPerDelivery'
  const points = sweep.points.map((point) => {
    const own = point.rows.find(({ contender }) => contender === 'sse')!.metrics[metric]!
    const dearer = { ...own, values: own.values.map((value) => value * 1.001), median: own.median! * 1.001 }
    const rows = point.rows
      .filter(({ contender }) => contender === 'sse' || contender === 'websocket')
      .map((row) => (row.contender === 'sse' ? row : { ...row, metrics: { ...row.metrics, [metric]: dearer } }))
    return { ...point, rows }
  })
  const [some] = sweep.breakEven
  const never = { ...some!, metric, a: 'sse', b: 'websocket', verdict: 'never', lower: 'sse', crossings: [] } as const
  const contenders = sweep.contenders.filter(({ label }) => label === 'sse' || label === 'websocket')
  const found = answer({ ...sweep, contenders, points, breakEven: [{ ...never, crossings: [] }] })
  const texts = [found.recommendation, ...found.lines.map(({ text }) => text)].filter((text) => text.includes('B per delivery'))
  assert.ok(texts.length > 0)
  for (const text of texts) assert.match(text, /both send .*: no difference that matters\.$/u)
})

test('a study of one contender states its figures, and does not say that it has none', () => {
  const sweep = madeUpSweep()
  const contenders = sweep.contenders.filter(({ label }) => label === 'sse')
  const points = sweep.points.map((point) => ({ ...point, rows: point.rows.filter(({ contender }) => contender === 'sse') }))
  const found = answer({ ...sweep, contenders, points, breakEven: [] })
  assert.match(found.recommendation, /^SSE: [\d.]+ (?:to [\d.]+ )?ms at p99 from a poll interval of 250 ms to 30\.0 s\.$/u)
})

test('a verdict that stands in its own figure alone puts nobody ahead at a point', () => {
  const sweep = madeUpSweep()
  const labels = ['sse', 'websocket']
  // ln(a ÷ b) of 0.25, 0.30 and 0.45: p = 0.032, decided alone, and not as one of four figures.
  const cpu: Record<string, number[]> = { sse: [0.25, 0.3, 0.45].map((log) => 50 * Math.exp(log)), websocket: [50, 50, 50] }
  const points = sweep.points.map((point) => ({
    ...point,
    rows: point.rows
      .filter(({ contender }) => labels.includes(contender))
      .map((row) => {
        const values = cpu[row.contender]!
        return { ...row, metrics: { ...row.metrics, serverCpu: { ...row.metrics.serverCpu!, values, median: values[1]! } } }
      }),
  }))
  const contenders = sweep.contenders.filter(({ label }) => labels.includes(label))
  const found = answer({ ...sweep, contenders, points, breakEven: [] })
  const texts = [found.recommendation, ...found.lines.map(({ text }) => text)].filter((text) => text.includes('server CPU'))
  assert.equal(texts.length, 1)
  assert.match(texts[0]!, /both take 50 to 67\.5 ms\/s of server CPU: no reliable difference yet\.$/u)
})

test('the answer that a study carries is its answer', () => {
  const { answer: own, ...before } = madeUpSearch()
  assert.ok(own !== undefined)
  assert.deepEqual(studyAnswerFor(before), own)
  const stored = { ...own, recommendation: 'As it was said then.' }
  assert.equal(studyAnswerFor({ ...before, answer: stored }).recommendation, 'As it was said then.')
})

test('a study without a whole point has no answer', () => {
  assert.equal(answer(madeUpSweep({ doneCount: 0 })).recommendation, 'Nothing was measured: no point of the study ran to its end.')
})

test('micro-benchmarks answer with medians', () => {
  const figure = (group: string, label: string, unit: string, median: number) => ({
    group,
    label,
    unit,
    values: [median],
    median,
    low: median,
    high: median,
  })
  const head = {
    schemaVersion: 1 as const,
    harness: { version: '0.1.0', commit: null, dirty: null, command: '', reasons: {} },
    environment: {},
    name: 'micro',
    title: 'Micro',
    question: 'What?',
    settings: {},
    isComplete: true,
    notes: [],
  }
  const framing: MicroBenchmarkResult = {
    ...head,
    measure: 'framing-micro',
    figures: [
      figure('SSE, 256 B', 'event, encode', 'ns', 400),
      figure('SSE, 256 B', 'event, decode and parse', 'ns', 600),
      figure('WebSocket, 256 B', 'frame, server to client', 'ns', 700),
      figure('WebSocket, 256 B', 'parse, at the client', 'ns', 1_300),
      figure('Polls, 256 B', 'request and answer, one message', 'ns', 45_000),
    ],
  }
  assert.equal(
    microAnswerOf(framing).recommendation,
    'A message of 256 B takes 1 µs as an SSE event, 2 µs as a WebSocket frame and 45 µs as a poll of its own, both sides together.',
  )
  const polls = 'polls per second and core, by that'
  const saturation: MicroBenchmarkResult = {
    ...head,
    measure: 'http-saturation',
    figures: [
      figure('autocannon, closed loop', 'polls per second', '/s', 12_000),
      figure('autocannon, closed loop', polls, '/s', 12_500),
      figure('our clients, paced', polls, '/s', 10_000),
    ],
  }
  assert.equal(
    microAnswerOf(saturation).recommendation,
    'One core answers 12,500 polls/s by autocannon, closed loop, and 10,000 by our clients, paced: 20.0 % apart.',
  )
})
