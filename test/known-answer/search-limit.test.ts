import assert from 'node:assert/strict'
import { test } from 'node:test'
import { studyOf } from '../helpers/study-run.ts'

test('a search finds a limit that is known: a poll interval cannot be longer than the latency allowed', async () => {
  // p99 of U(0, interval) is 0.99 × interval: 250 ms are kept up to about 250 ms, and nothing but the interval decides.
  const { document } = await studyOf('search-interval', {
    clientCount: 60,
    traffic: { pattern: 'broadcast', arrivals: 'poisson', messagesPerSecondPerChannel: 40 },
    contenders: [{ transport: 'short-poll', pollIntervalMs: 100 }],
    search: {
      axis: 'contenders.*.pollIntervalMs',
      from: 100,
      to: 1_600,
      limits: { deliveryLatencyP99Ms: 250, lostCount: 0 },
      resolutionRatio: 0.25,
    },
    phases: { warmUpMs: 0, measuredMs: 800 },
  })
  const [answer] = document.search
  assert.ok(answer!.value! >= 180 && answer!.value! <= 260, `${answer!.value} ms, ${answer!.verdict}`)
  assert.ok(answer!.failsAt! > 240 && answer!.failsAt! <= 340, `fails at ${answer!.failsAt} ms`)
})
