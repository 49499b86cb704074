import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirementSchema } from '../../src/core/requirement.ts'
import { seededRandom, type Random } from '../../src/core/random.ts'
import { choose } from '../../src/advisor/model/choose.ts'
import { predict, workloadOf, type PredictedFigure, type TransportPrediction } from '../../src/advisor/model/predict.ts'
import { recommend } from '../../src/advisor/model/recommend.ts'
import { modelTransports } from '../../src/advisor/model/workload.ts'
import { changeTexts, paretoTexts, recommendationText } from '../../src/report/choice-text.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'

const requirement = requirementSchema.parse({ clients: 1_000, messagesPerSecond: 0.1, staleness: 60_000 })
const bare = predict(fixtureProfile(), workloadOf({ clientCount: 1_000, messagesPerSecondPerClient: 0.1 }))
const [oneMiB, oneGb] = [1_048_576, 1e9]

/** Cores, MiB and GB a month with how far their ends lie apart, as a share. */
type Costs = readonly [cores: number, memoryMiB: number, egressGb: number, half?: number]

function predictionsOf(costs: readonly Costs[]): TransportPrediction[] {
  return costs.map(([cores, memoryMiB, egressGb, half = 0], at) => {
    const { transport, figures } = bare[at]!
    const set = (id: PredictedFigure, value: number) => ({ ...figures[id], value, low: value * (1 - half), high: value * (1 + half) })
    return {
      transport,
      figures: {
        ...figures,
        serverCores: set('serverCores', cores),
        residentBytes: set('residentBytes', memoryMiB * oneMiB),
        kernelBytes: set('kernelBytes', 0),
        egressBytesPerMonth: set('egressBytesPerMonth', egressGb * oneGb),
      },
    }
  })
}

test('latency within the stated staleness is no cost: what is slower and costs nothing more is not dominated', () => {
  const choice = choose(fixtureProfile(), requirementSchema.parse({ clients: 1_000, messagesPerSecond: 0.01, staleness: 10_000 }))
  const { recommendation } = choice
  assert.equal(recommendation.transport, 'short-poll')
  assert.deepEqual(
    recommendation.dominances.filter(({ transport }) => transport === 'short-poll'),
    [],
  )
  assert.doesNotMatch([...paretoTexts(choice), ...changeTexts(choice, fixtureProfile())].join('\n'), /latency/)
})

test('what another undercuts for certain is not taken for being the simplest', () => {
  // 1.08 cores are no difference to 1 and 1.15 none to 1.08, but 1.15 are more than 1: the third fell out, and it has half of the memory.
  const { transport, ground, dominances } = recommend(
    predictionsOf([
      [1.08, 2_000, 0],
      [1, 2_000, 0],
      [1.15, 1_000, 0],
    ]),
    requirement,
  )
  assert.deepEqual(
    dominances.map((one) => [one.transport, one.by]),
    [['short-poll', 'sse']],
  )
  assert.equal(transport, 'long-poll')
  assert.equal(ground, 'processor')
})

test('three that each undercut the next dominate nobody', () => {
  const ring = predictionsOf([
    [1.15, 1_080, 1_000],
    [1, 1_150, 1_080],
    [1.08, 1_000, 1_150],
  ])
  const { transport, dominances } = recommend(ring, requirement)
  assert.notEqual(transport, null)
  assert.deepEqual(dominances, [])
})

test('one that dominates all others wins on the figure in which they cost more', () => {
  const predictions = predictionsOf([
    [1, 2_000, 0],
    [1, 1_000, 0],
  ])
  const found = recommend(predictions, requirement)
  assert.deepEqual([found.transport, found.ground], ['long-poll', 'memory'])
  const text = recommendationText({ ...choose(fixtureProfile(), requirement), predictions, recommendation: found })
  assert.match(text, /^Choose long polling .* It takes 1,000 MiB of memory against 1\.95 GiB of memory of short polling\.$/)
})

test('no recommendation is among what is called dominated, whatever the figures', () => {
  const random = seededRandom(17, 'dominance')
  for (let round = 0; round < 3_000; round++) {
    const predictions = predictionsOf(modelTransports.map(() => anyCosts(random)))
    const { transport, dominances } = recommend(predictions, requirement)
    assert.ok(transport !== null)
    assert.ok(!dominances.some((one) => one.transport === transport), JSON.stringify({ round, transport, dominances }))
  }
})

/** Close enough to each other that differences are real, none and unclear. */
function anyCosts(random: Random): Costs {
  return [1 + random() / 2, 1_000 * (1 + random() / 2), 1_000 * (1 + random() / 2), random() / 5]
}
