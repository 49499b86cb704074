import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import type { z } from 'zod'
import { requirementSchema } from '../../src/core/requirement.ts'
import { crossings } from '../../src/advisor/model/break-even.ts'
import { choose } from '../../src/advisor/model/choose.ts'
import { costFigures } from '../../src/advisor/model/cost.ts'
import { predict, workloadOf } from '../../src/advisor/model/predict.ts'
import { weigh } from '../../src/advisor/model/weighted-ranking.ts'
import { breakEvenText, changeTexts, recommendationText } from '../../src/report/choice-text.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'

type Stated = z.input<typeof requirementSchema>

function answer(stated: Stated, profile = fixtureProfile()) {
  return choose(profile, requirementSchema.parse(stated))
}

interface Example {
  story: string
  /** Why the right answer is right. */
  because: string
  stated: Stated
  use: string | null
  ground?: string
  /** Transports that must be ruled out, with the wish that does it. */
  out?: Record<string, string>
}

/** Worked examples: the answer was reasoned out before it was computed. */
const examples: readonly Example[] = [
  {
    story: 'job status, every 10 s is soon enough, 1,000 clients',
    because: '100 polls/s are a hundredth of a core; nothing to gain, so the simplest',
    stated: { clients: 1_000, messagesPerSecond: 0.01, staleness: 10_000 },
    use: 'short-poll',
    ground: 'simplicity',
  },
  {
    story: 'a page with six tabs over HTTP/1.1, news within a second',
    because: 'six held connections block the browser; polls at that pace cost egress, and a WebSocket is not counted among the six',
    stated: { clients: 5_000, messagesPerSecond: 0.02, staleness: 1_000, tabs: 6 },
    use: 'websocket',
    out: { sse: 'tabs', 'long-poll': 'tabs' },
  },
  {
    story: 'the same over HTTP/2',
    because: 'streams share one connection: SSE is back, and is the simpler of two that cost the same',
    stated: { clients: 5_000, messagesPerSecond: 0.02, staleness: 1_000, tabs: 6, http: '2' },
    use: 'sse',
  },
  {
    story: 'the same six tabs, a minute is soon enough',
    because: 'polling once a minute costs nothing and holds nothing',
    stated: { clients: 5_000, messagesPerSecond: 0.02, staleness: 60_000, tabs: 6 },
    use: 'short-poll',
  },
  {
    story: 'a service that reads, not a browser: the six connections do not hold',
    because: 'limits of browsers are limits of browsers',
    stated: { clients: 5_000, messagesPerSecond: 0.02, staleness: 1_000, tabs: 6, client: 'service' },
    use: 'sse',
  },
  {
    story: 'a game: binary, 20 messages a second up',
    because: 'a request for each of 20 a second is none; event streams are text',
    stated: { clients: 500, messagesPerSecond: 5, staleness: 200, binary: true, upstream: 20 },
    use: 'websocket',
    ground: 'only one',
    out: { sse: 'upstream', 'short-poll': 'upstream', 'long-poll': 'upstream' },
  },
  {
    story: 'binary pictures down, one in ten seconds, within half a second',
    because:
      'SSE is text; polls fast enough cost a core more; held polls and WebSocket differ by less than a tenth of a core, so the simpler',
    stated: { clients: 5_000, messagesPerSecond: 0.1, staleness: 500, binary: true, payload: 4_096 },
    use: 'long-poll',
    ground: 'processor',
    out: { sse: 'binary' },
  },
  {
    story: 'fifty thousand people, a broadcast every 5 s, within 2 s',
    because: 'polls are 25,000 a second; SSE and WebSocket cost the same and SSE is simpler',
    stated: { clients: 50_000, messagesPerSecond: 0.2, payload: 300, staleness: 2_000, fanOut: 'broadcast', tabs: 3 },
    use: 'sse',
  },
  {
    story: 'the same behind nginx as it is installed',
    because: 'it passes no Upgrade; the servers tell it not to buffer',
    stated: { clients: 50_000, messagesPerSecond: 0.2, payload: 300, staleness: 2_000, fanOut: 'broadcast', proxy: 'nginx-default' },
    use: 'sse',
    out: { websocket: 'proxy' },
  },
  {
    story: 'rare notifications behind a proxy that buffers, within 2 s',
    because:
      'a stream never ends, so it never comes; 5,000 polls a second are half a core; of the two that hold, neither costs more that matters',
    stated: { clients: 10_000, messagesPerSecond: 0.01, staleness: 2_000, proxy: 'buffering' },
    use: 'long-poll',
    out: { sse: 'proxy' },
  },
  {
    story: 'a proxy that passes no Upgrade, six tabs, within 1 s',
    because: 'what is left can only poll',
    stated: { clients: 5_000, messagesPerSecond: 0.02, staleness: 1_000, tabs: 6, proxy: 'no-upgrade' },
    use: 'short-poll',
    ground: 'only one',
    out: { websocket: 'proxy', sse: 'tabs', 'long-poll': 'tabs' },
  },
  {
    story: 'the token must be in a header, rare notifications within 2 s, many clients',
    because: 'neither EventSource nor WebSocket sends headers; long polls are few, polls are many',
    stated: { clients: 50_000, messagesPerSecond: 0.005, staleness: 2_000, headerAuth: true },
    use: 'long-poll',
    out: { sse: 'headerAuth', websocket: 'headerAuth' },
  },
  {
    story: 'a token in a header, and a service that reads',
    because: 'a service may send what headers it likes',
    stated: { clients: 50_000, messagesPerSecond: 0.005, staleness: 2_000, headerAuth: true, client: 'service' },
    use: 'sse',
  },
  {
    story: 'ten colleagues and their dashboard',
    because: 'nothing of this size costs anything: no meaningful difference',
    stated: { clients: 10, messagesPerSecond: 1, staleness: 2_000, fanOut: 'broadcast' },
    use: 'short-poll',
    ground: 'simplicity',
  },
  {
    story: 'ten colleagues who must see it within 60 ms',
    because: 'polls would have to come faster than 100 ms; of the others SSE is the simplest, and none costs more',
    stated: { clients: 10, messagesPerSecond: 1, staleness: 60, fanOut: 'broadcast' },
    use: 'sse',
    ground: 'simplicity',
    out: { 'short-poll': 'staleness' },
  },
  {
    story: 'a ticker: 5 a second to 2,000, within 3 s',
    because: 'a poll takes 15 messages at once: it batches, and its one answer takes fewer bytes than 15 pieces',
    stated: { clients: 2_000, messagesPerSecond: 5, payload: 100, staleness: 3_000, fanOut: 'broadcast' },
    use: 'short-poll',
    ground: 'egress',
  },
  {
    story: 'the same ticker, within 300 ms',
    because: '6,800 polls a second are dearer than 10,000 deliveries; SSE takes less than a tenth of a core more, but more bytes',
    stated: { clients: 2_000, messagesPerSecond: 5, payload: 100, staleness: 300, fanOut: 'broadcast' },
    use: 'websocket',
    ground: 'egress',
  },
  {
    story: 'a poll interval that is longer than what may be late',
    because: 'it was asked for by name and cannot be: not changed in silence',
    stated: { clients: 100, messagesPerSecond: 0.1, staleness: 1_000, pollInterval: 5_000 },
    use: 'sse',
    out: { 'short-poll': 'pollInterval' },
  },
  {
    story: 'a hold of 60 s behind something that cuts after 30 s',
    because: 'the same: it is ruled out, not shortened',
    stated: { clients: 100, messagesPerSecond: 0.1, staleness: 1_000, holdTime: 60_000, proxyIdle: 30_000 },
    use: 'short-poll',
    out: { 'long-poll': 'holdTime' },
  },
  {
    story: 'nothing is possible: binary, within 50 ms, no Upgrade, six tabs',
    because: 'each is ruled out by something, and it says so instead of choosing the least bad',
    stated: { clients: 100, messagesPerSecond: 1, staleness: 50, binary: true, proxy: 'no-upgrade', tabs: 6 },
    use: null,
    ground: 'none left',
  },
  {
    story: 'a firehose: 20,000 messages a second, each to all',
    because: 'to take them in is more than one processor does, and every instance gets all of them',
    stated: { clients: 1_000, messagesPerSecond: 20_000, staleness: 1_000, fanOut: 'broadcast' },
    use: null,
    ground: 'none left',
  },
  {
    story: 'chat in rooms of 20, a message in 10 s each, clients write too, within 500 ms',
    because: 'SSE with a request for what is sent costs as WebSocket does within a tenth of a core',
    stated: { clients: 1_000, messagesPerSecond: 0.1, staleness: 500, fanOut: 20, upstream: 0.005 },
    use: 'sse',
  },
]

describe('worked examples', () => {
  for (const { story, because, stated, use, ground, out } of examples) {
    it(`${story} → ${use ?? 'none'}: ${because}`, () => {
      const { recommendation, constraints } = answer(stated)
      assert.equal(recommendation.transport, use, JSON.stringify(recommendation))
      if (ground !== undefined) assert.equal(recommendation.ground, ground)
      for (const [transport, wish] of Object.entries(out ?? {}))
        assert.ok(
          constraints.some((entry) => entry.kind === 'ruled out' && entry.transport === transport && entry.because === wish),
          `${transport} by ${wish}`,
        )
    })
  }

  it('are at least twenty', () => assert.ok(examples.length >= 20))
})

test('"no meaningful difference" is said, and to whom', () => {
  const text = recommendationText(answer({ clients: 10, messagesPerSecond: 1, staleness: 2_000, fanOut: 'broadcast' }))
  assert.match(
    text,
    /^Choose short polling, SSE, long polling or WebSocket; short polling is the simplest\. There is no meaningful difference in cost to long polling, SSE and WebSocket, so plan with short polling every 2\.00 s\.$/,
  )
})

test('intervals that overlap make no difference either, and what would decide is named', () => {
  const profile = fixtureProfile()
  // Every price of the processor may be off by a half.
  for (const { fits } of profile.transports) fits.serverCpu.scatterRatio = 0.5
  const choice = answer({ clients: 20_000, messagesPerSecond: 0.1, staleness: 1_000 }, profile)
  assert.ok(
    choice.recommendation.against.some(({ comparisons }) =>
      comparisons.some(({ figure, verdict }) => figure === 'cpu' && verdict === 'unclear'),
    ),
  )
  assert.match(changeTexts(choice, profile).join('\n'), /processor against .*: the predicted intervals overlap/)
})

test('break-even by arithmetic: polls of 1,000 idle clients cost what their heartbeats cost at an interval of 300 × 15 / 10 s', () => {
  // (100 + 200) µs × 1000 / T = 10 µs × 1000 / 15 s, at no message, each poll on a connection of its own: T = 450 s;
  // staleness = T + 5 ms of transit.
  const requirement = requirementSchema.parse({ clients: 1_000, messagesPerSecond: 0, staleness: 1_000 })
  const [processor] = costFigures
  const found = crossings(fixtureProfile(), requirement, ['sse', 'short-poll'], { axis: 'staleness', figure: processor! })
  assert.equal(found.length, 1)
  assert.ok(Math.abs(found[0]! - 450_005) < 450, String(found[0]))
})

test('break-even along the rate: a delivery of 15 µs and its heartbeat against a poll', () => {
  // WebSocket 15 r + 20 / 15, short polling 100 / T + 5 (1 − e^(−r T)) / T, T = 1.995 s and no payload price on either side's difference.
  const requirement = requirementSchema.parse({ clients: 1_000, messagesPerSecond: 1, staleness: 2_000, fanOut: 'broadcast', payload: 100 })
  const [processor] = costFigures
  const [rate] = crossings(fixtureProfile(), requirement, ['websocket', 'short-poll'], { axis: 'messagesPerSecond', figure: processor! })
  const interval = 1.995
  const difference = 15 * rate! + 20 / 15 - (100 + 5 * (1 - Math.exp(-rate! * interval))) / interval
  assert.ok(Math.abs(difference) < 0.05, `${rate}: ${difference}`)
})

test('the recommendation itself turns at a break-even, and the sentence says where', () => {
  const stated = { clients: 50_000, messagesPerSecond: 0.01, staleness: 2_000 }
  const { breakEvens } = answer(stated)
  const turn = breakEvens.find(({ axis, below }) => axis === 'staleness' && below === 'sse')!
  assert.equal(answer({ ...stated, staleness: Math.round(turn.at * 0.97) }).recommendation.transport, turn.below)
  assert.equal(answer({ ...stated, staleness: Math.round(turn.at * 1.03) }).recommendation.transport, turn.above)
  assert.match(breakEvenText(turn), /^If updates may be \d+(\.\d+)? s old or more, choose short polling instead of SSE\.$/)
})

test('weights: the winner and the weight at which another one wins follow from the logarithms', () => {
  const predictions = predict(
    fixtureProfile(),
    workloadOf({ clientCount: 50_000, messagesPerSecondPerClient: 0.01, pollIntervalMs: 1_995 }),
  )
  const weighed = weigh(predictions, { latency: 1, cpu: 1 }, 2_000)!
  assert.equal(weighed.winner, weighed.scores[0]!.transport)
  for (const { figure, weight, winner } of weighed.turns) {
    if (weight === 0) continue
    const at = (factor: number) => weigh(predictions, { latency: 1, cpu: 1, [figure]: weight * factor }, 2_000)!.winner
    assert.ok([at(0.999), at(1.001)].includes(winner) || weighed.turns.length > 1, `${figure} ${weight} ${winner}`)
  }
})

test('weights never change the recommendation', () => {
  const requirement = requirementSchema.parse({ clients: 1_000, messagesPerSecond: 0.01, staleness: 10_000 })
  const plain = choose(fixtureProfile(), requirement)
  assert.deepEqual(choose(fixtureProfile(), requirement, { latency: 100 }).recommendation, plain.recommendation)
})

test('the plan on paper: 50,000 clients at 10,000 an instance are five, with an assumption beside each number', () => {
  const { plan } = answer({ clients: 50_000, messagesPerSecond: 0.01, staleness: 2_000 })
  const valueOf = (what: string) => plan.find((line) => line.what === what)!.value
  assert.equal(valueOf('instances'), 5)
  assert.equal(valueOf('connections per instance'), 10_000)
  assert.equal(valueOf('open files per instance'), 10_024)
  assert.equal(valueOf('resident memory per instance'), 80e6 + 12_000 * 10_000)
  assert.ok(plan.every(({ assumption }) => assumption.length > 10))
})
