import assert from 'node:assert/strict'
import { test } from 'node:test'
import { studyOf } from '../helpers/study-run.ts'

test('a search finds a limit that is known: a poll interval cannot be longer than the latency allowed', async () => {
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
  assert.ok(answer!.value! >= 720 && answer!.value! <= 1_040, JSON.stringify(answer))
  assert.ok(answer!.failsAt! > 960 && answer!.failsAt! <= 1_360, JSON.stringify(answer))
})
