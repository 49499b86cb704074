import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PairVerdict } from '../../src/core/result.ts'
import { besideText, tierOf, verdictSentence } from '../../src/report/verdicts.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

function pair(changes: Partial<PairVerdict> = {}): PairVerdict {
  return {
    a: 'long-poll',
    b: 'sse',
    scale: 'ratio',
    estimate: 1.8,
    low: 1.5,
    high: 2.1,
    level: 1 - 0.05 / 3,
    pValue: 0.001,
    hodgesLehmann: null,
    signFlipPValue: null,
    blockCount: 3,
    verdict: 'better',
    better: 'sse',
    blocksToDecide: null,
    reasons: {},
    ...changes,
  }
}

test('a winner is named with factor, interval, level and blocks', () => {
  assert.equal(
    verdictSentence('serverCpu', pair()),
    'sse beats long-poll: server CPU 1.80 × lower [1.50 – 2.10], 98.3 % interval, 3 blocks',
  )
})

test('the factor is turned round when a is better', () => {
  const turned = pair({ a: 'sse', b: 'long-poll', estimate: 0.5, low: 0.4, high: 0.625 })
  assert.equal(
    verdictSentence('serverCpu', turned),
    'sse beats long-poll: server CPU 2.00 × lower [1.60 – 2.50], 98.3 % interval, 3 blocks',
  )
})

test('a difference keeps the unit of the metric', () => {
  const difference = pair({ scale: 'difference', estimate: 4_000, low: 3_000, high: 5_000 })
  assert.equal(
    verdictSentence('deliveryLatencyP99', difference),
    'sse beats long-poll: delivery latency p99 lower by 4.00 ms [3.00 – 5.00], 98.3 % interval, 3 blocks',
  )
})

test('no winner is ever named without an interval', () => {
  const sentence = verdictSentence('serverCpu', pair({ low: null, high: null, reasons: { low: '1 block', high: '1 block' } }))
  assert.doesNotMatch(sentence, /beats/u)
  assert.match(sentence, /no interval \(1 block\)/u)
})

test('equal, negligible and undecided say so', () => {
  const open = { better: null, estimate: 1.02, low: 0.9, high: 1.1 }
  assert.match(
    verdictSentence('serverCpu', pair({ ...open, verdict: 'practicallyEqual' })),
    /^long-poll and sse: server CPU practically equal: long-poll ÷ sse = 1.02 \[0.900 – 1.10\]/u,
  )
  assert.match(verdictSentence('serverCpu', pair({ ...open, verdict: 'negligible' })), /different but negligible/u)
  assert.match(
    verdictSentence('serverCpu', pair({ ...open, verdict: 'undecided', blocksToDecide: 7 })),
    /undecided: .*; about 7 blocks would decide$/u,
  )
  const hopeless = pair({ ...open, verdict: 'undecided', reasons: { blocksToDecide: 'more than 1000' } })
  assert.match(verdictSentence('serverCpu', hopeless), /; more than 1000 blocks would be needed$/u)
})

test('the tier holds everybody whom nobody beats, and says what is missing', () => {
  const document = madeUpDocument()
  const comparison = document.comparison.metrics.find(({ metric }) => metric === 'serverMemoryPerClient')!
  const tier = tierOf(document, comparison)
  assert.deepEqual(tier.best, ['short-poll'])
  assert.match(tier.sentence, /^Lowest server memory per client: short-poll \(\d[\d.]* KiB \[/u)
  const none = tierOf(
    document,
    document.comparison.metrics.find(({ metric }) => metric === 'serverCpuPerDelivery')!,
  )
  assert.equal(none.sentence, 'Server CPU per delivery: not measured')
})

test('the second opinion stands beside the verdict from eight blocks on', () => {
  assert.equal(besideText('serverCpu', pair()), '')
  const eight = { blockCount: 8, hodgesLehmann: 1.79, signFlipPValue: 0.0078125 }
  assert.equal(besideText('serverCpu', pair(eight)), '; second opinion: Hodges–Lehmann long-poll ÷ sse = 1.79, exact sign-flip p 0.0078')
  const many = { blockCount: 33, scale: 'difference' as const, hodgesLehmann: 4_000, reasons: { signFlipPValue: '32 blocks at most' } }
  assert.equal(
    besideText('deliveryLatencyP99', pair(many)),
    '; second opinion: Hodges–Lehmann long-poll − sse = 4.00 ms, exact sign-flip p not counted (32 blocks at most)',
  )
})
