import assert from 'node:assert/strict'
import { test } from 'node:test'
import { studyOf } from '../helpers/study-run.ts'

test('a search finds a limit that is known: a poll interval cannot be longer than the latency allowed', async (t) => {
  // p99 of U(0, interval) is 0.99 × interval: 1 s is kept up to about 1 s, and nothing but the interval decides.
  const { document } = await studyOf('search-interval', {
    clientCount: 60,
    traffic: { pattern: 'broadcast', arrivals: 'poisson', messagesPerSecondPerChannel: 10 },
    contenders: [{ transport: 'short-poll', pollIntervalMs: 400 }],
    search: {
      axis: 'contenders.*.pollIntervalMs',
      from: 400,
      to: 6_400,
      limits: { deliveryLatencyP99Ms: 1_000, lostCount: 0 },
      resolutionRatio: 0.25,
    },
    phases: { warmUpMs: 0, measuredMs: 3_200 },
  })
  const [answer] = document.search
  const told = JSON.stringify(answer)
  // What the machine does to a step makes its outcome "generator", which says nothing.
  for (const { value, outcome } of answer!.steps)
    assert.ok(outcome === 'generator' || (outcome === 'pass' ? value <= 1_040 : value > 720), told)
  if (answer!.steps.some(({ outcome }) => outcome === 'generator')) return t.diagnostic(`the machine was too busy for an answer: ${told}`)
  assert.ok(answer!.value! >= 720 && answer!.value! <= 1_040, told)
  assert.ok(answer!.failsAt! > 960 && answer!.failsAt! <= 1_360, told)
})
