import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { PlannedFault } from '../../src/core/fault-plan.ts'
import type { NetworkPlan } from '../../src/core/links.ts'
import type { Traffic } from '../../src/core/traffic.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { maxTimerMs } from '../../src/core/units.ts'
import { planRun } from '../../src/scenario/plan.ts'
import { plannedWaits, type PlannedTrial, type PlannedWaits } from '../../src/traffic/planned-waits.ts'
import { ownAllowances, trialTimeouts, type TrialTimeouts } from '../../src/traffic/trial-timeouts.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'

interface Setting {
  transport: string
  options?: Record<string, unknown>
  traffic?: Partial<Traffic>
  clientCount?: number
  network?: Partial<NetworkPlan>
  faults?: PlannedFault[]
  measuredMs?: number
}

function trialOf({ transport, options, traffic, clientCount = 1, network, faults, measuredMs = 8_000 }: Setting): PlannedTrial {
  return {
    contender: contenderOf(transport, options),
    clientCount,
    scenario: {
      traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 1, messageBytes: 256, ...traffic },
      phases: { warmUpMs: 1_000, measuredMs },
      faults,
      network: network === undefined ? undefined : { delayMs: 0, jitterMs: 0, ...network },
    },
  }
}

const none: PlannedWaits = { transitMs: 0, connectMs: 0, requestMs: 0, rampMs: 0, deliveryMs: 0, afterWindowMs: 0, absenceMs: 0 }

/** 1,000,000 bit/s: 8 µs a byte. Head and line are bounds, of 1,024 bytes and of 64 beside the data. */
const slow = { bandwidthBitsPerSecond: 1_000_000 }
const headMs = 1_024 * 0.008
const lineMs = (dataBytes: number): number => (dataBytes + 64) * 0.008

const table: [what: string, setting: Setting, waits: Partial<PlannedWaits>][] = [
  ['nothing that waits on purpose', { transport: 'sse' }, {}],
  ['a hold is no wait: what comes ends it', { transport: 'long-poll', options: { holdTimeMs: 25_000 } }, {}],
  ['heartbeats are none', { transport: 'websocket', options: { heartbeatMs: 15_000 } }, {}],
  ['a poll interval', { transport: 'short-poll', options: { pollIntervalMs: 2_000 } }, { deliveryMs: 2_000, absenceMs: 2_000 }],
  [
    'a poll interval of 5 min',
    { transport: 'short-poll', options: { pollIntervalMs: 300_000 } },
    { deliveryMs: 300_000, absenceMs: 300_000 },
  ],
  ['a batch window of 60 s', { transport: 'sse', options: { batchWindowMs: 60_000 } }, { deliveryMs: 60_000 }],
  [
    'a batch window and a pause between polls',
    { transport: 'long-poll', options: { repollDelayMs: 200, batchWindowMs: 50 } },
    { deliveryMs: 250, absenceMs: 200 },
  ],
  [
    'three transits of at most 320 ms to deliver, four to connect',
    { transport: 'short-poll', options: { pollIntervalMs: 2_000 }, network: { delayMs: 300, jitterMs: 20 } },
    { transitMs: 320, connectMs: 1_280, requestMs: 1_280, rampMs: 1_280, deliveryMs: 2_960, absenceMs: 2_960 },
  ],
  [
    'two more for the handshake where each poll opens a connection',
    { transport: 'long-poll', options: { keepAlive: false }, network: { delayMs: 100 } },
    { transitMs: 100, connectMs: 400, requestMs: 400, rampMs: 400, deliveryMs: 500, absenceMs: 500 },
  ],
  [
    'or where the server closes an idle one after 72 s',
    { transport: 'short-poll', options: { pollIntervalMs: 80_000 }, network: { delayMs: 100 } },
    { transitMs: 100, connectMs: 400, requestMs: 400, rampMs: 400, deliveryMs: 80_500, absenceMs: 80_500 },
  ],
  [
    'a delay of 45 s, for 1,001 clients in five steps and one before them, 200 at once and then one',
    { transport: 'sse', clientCount: 1_001, network: { delayMs: 45_000 } },
    { transitMs: 45_000, connectMs: 180_000, requestMs: 180_000, rampMs: 6 * 2 * 180_000, deliveryMs: 135_000, absenceMs: 135_000 },
  ],
  [
    'a client that sends opens a second connection for it',
    { transport: 'sse', traffic: { sender: 'clients' }, network: { delayMs: 10 } },
    { transitMs: 10, connectMs: 40, requestMs: 40, rampMs: 40, deliveryMs: 70, absenceMs: 30 },
  ],
  [
    'a job is asked for on one connection and read on another; its clients come with the traffic',
    {
      transport: 'sse',
      traffic: {
        pattern: 'jobs',
        jobsPerSecond: 1,
        jobsInRow: 1,
        messagesPerJob: 1,
        jobDurationMs: { median: 1, sigma: 0, min: 0, max: 1 },
      },
      network: { delayMs: 10 },
    },
    { transitMs: 10, connectMs: 40, requestMs: 40, rampMs: 0, deliveryMs: 110, absenceMs: 30 },
  ],
  [
    'what a slow line takes for a message of 1 MiB',
    { transport: 'sse', traffic: { messageBytes: 1_048_576 }, network: slow },
    {
      connectMs: 2 * headMs,
      requestMs: 2 * headMs + lineMs(1_048_576),
      rampMs: 2 * headMs,
      deliveryMs: 3 * headMs + lineMs(1_048_576),
      absenceMs: 3 * headMs + lineMs(1_048_576),
    },
  ],
  [
    'what it takes for all that came in a poll interval: eleven messages at most',
    { transport: 'short-poll', options: { pollIntervalMs: 10_000 }, network: slow },
    {
      connectMs: 2 * headMs,
      requestMs: 2 * headMs + 11 * lineMs(256),
      rampMs: 2 * headMs,
      deliveryMs: 10_000 + 3 * headMs + 11 * lineMs(256),
      absenceMs: 10_000 + 3 * headMs + 11 * lineMs(256),
    },
  ],
  [
    'a server that is away for 1 s: retries after 1 s and 2 s, each 20 % longer at most',
    { transport: 'websocket', faults: [{ kind: 'server-kill', atMs: 2_000, downMs: 1_001 }] },
    { absenceMs: 1_001 + 2_400 },
  ],
  [
    'one that is back at the end of the window, its clients a minute later',
    {
      transport: 'sse',
      options: { backoffBaseMs: 60_000, backoffCapMs: 60_000 },
      faults: [{ kind: 'server-restart', atMs: 6_000, downMs: 1_000 }],
    },
    { absenceMs: 61_000, afterWindowMs: 59_000 },
  ],
  [
    'full jitter waits half as long on average: 0.5 + 1 + 2 s for an outage of 3 s, and up to 4 s at the end',
    { transport: 'sse', options: { backoffJitter: 'full' }, faults: [{ kind: 'refuse', atMs: 0, durationMs: 3_000 }] },
    { absenceMs: 3_000 + 4_000 },
  ],
  [
    'who reads on after a stall comes back after one wait',
    { transport: 'sse', faults: [{ kind: 'slow-readers', atMs: 0, ratio: 0.5, durationMs: 7_900 }] },
    { absenceMs: 7_900 + 1_200, afterWindowMs: 1_100 },
  ],
  ['who vanishes never comes back', { transport: 'sse', faults: [{ kind: 'half-open', atMs: 0, ratio: 1 }] }, {}],
]

/** Durations are sums of decimals. */
function rounded<Values extends object>(values: Values): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value.toFixed(6))]))
}

suite('planned waits', () => {
  for (const [what, setting, waits] of table) {
    test(what, () => assert.deepEqual(rounded(plannedWaits(trialOf(setting))), rounded({ ...none, ...waits })))
  }
})

suite('the timeouts of a trial', () => {
  const plain: TrialTimeouts = { ...ownAllowances, trialMs: 120_000 + 1_000 + 8_000 + 3_000, pathMs: 0 }

  test('are those of the harness where nothing waits on purpose', () => {
    assert.deepEqual(trialTimeouts(trialOf({ transport: 'sse' })), plain)
  })

  test('grow by what the settings ask for, each where it waits', () => {
    assert.deepEqual(trialTimeouts(trialOf({ transport: 'short-poll', options: { pollIntervalMs: 300_000 } })), {
      ...plain,
      trialMs: 120_000 + 1_000 + 8_000 + 300_000,
      drainMs: 300_000,
    })
    assert.deepEqual(trialTimeouts(trialOf({ transport: 'sse', options: { batchWindowMs: 60_000 } })), {
      ...plain,
      trialMs: 120_000 + 1_000 + 8_000 + 60_000,
      drainMs: 60_000,
    })
    const far = trialTimeouts(trialOf({ transport: 'websocket', network: { delayMs: 45_000 } }))
    assert.deepEqual(far, {
      // The probe's connect and the ramp's, the window, the drain, and everybody's leaving.
      trialMs: 120_000 + 180_000 + 180_000 + 1_000 + 8_000 + 135_000 + 90_000,
      stepMs: 60_000 + 180_000,
      connectMs: 8_000 + 180_000,
      shortConnectMs: 1_000 + 180_000,
      noticeMs: 3_000 + 45_000,
      drainMs: 135_000,
      agreeMs: 1_000 + 45_000,
      pathMs: 180_000,
    })
  })

  test('wait in the drain for those who come back after a fault', () => {
    const faults: PlannedFault[] = [{ kind: 'server-kill', atMs: 6_000, downMs: 1_000 }]
    const options = { pollIntervalMs: 5_000, backoffBaseMs: 60_000, backoffCapMs: 60_000 }
    assert.equal(trialTimeouts(trialOf({ transport: 'short-poll', options, faults })).drainMs, 5_000 + 59_000)
  })

  test('are never shorter than what is planned, for every setting of the table', () => {
    for (const [what, setting] of table) {
      const trial = trialOf(setting)
      const { connectMs, requestMs, rampMs, deliveryMs, afterWindowMs } = plannedWaits(trial)
      const timeouts = trialTimeouts(trial)
      assert.ok(timeouts.connectMs > connectMs && timeouts.stepMs > rampMs && timeouts.pathMs >= requestMs, what)
      assert.ok(timeouts.drainMs >= deliveryMs + afterWindowMs, what)
      assert.ok(timeouts.trialMs >= ownAllowances.trialMs + rampMs + 9_000 + timeouts.drainMs, what)
    }
  })

  test('the longest interval that a scenario takes still makes a timer that Node can keep', () => {
    const { drainMs } = trialTimeouts(trialOf({ transport: 'short-poll', options: { pollIntervalMs: maxTimerMs } }))
    assert.equal(drainMs, maxTimerMs)
  })
})

suite('the estimate of a run', () => {
  const seconds = (setting: Setting): number => {
    const { contender, clientCount, scenario } = trialOf(setting)
    const base = loadScenario('smoke').scenario
    return planRun({ ...base, ...scenario, clientCount, contenders: [contender], blockCount: 1 }, 1).estimatedSeconds
  }

  test('has the wait for the last delivery in it, and for connects on a slow path', () => {
    const atOnce = seconds({ transport: 'sse' })
    assert.equal(seconds({ transport: 'short-poll', options: { pollIntervalMs: 300_000 } }), atOnce + 300)
    assert.equal(seconds({ transport: 'sse', options: { batchWindowMs: 60_000 } }), atOnce + 60)
    assert.equal(seconds({ transport: 'sse', network: { delayMs: 45_000 } }), atOnce + 180 + 135)
  })

  test('waits for nothing where no messages are offered', () => {
    const traffic = { messagesPerSecondPerChannel: 0 }
    assert.equal(
      seconds({ transport: 'short-poll', options: { pollIntervalMs: 300_000 }, traffic }),
      seconds({ transport: 'sse', traffic }),
    )
  })
})
