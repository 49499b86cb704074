import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { overlapUs } from '../../src/core/clock.ts'
import { refusedPublishCount } from '../../src/analysis/fault-figures.ts'
import { plannedOutages } from '../../src/trial/fault-runner.ts'
import { added } from '../../src/trial/trial-server.ts'
import { emptyServerCounters } from '../../src/core/counters.ts'

suite('a planned outage', () => {
  test('takes from a lateness the time without a server, and nothing else', () => {
    const outages = [
      { fromAtUs: 1_000, untilAtUs: 2_000 },
      { fromAtUs: 5_000, untilAtUs: 5_500 },
    ]
    // Due in it and published at its end; due before it; after it; over both; apart from them.
    assert.deepEqual(
      [
        [1_200, 2_000],
        [900, 2_010],
        [2_000, 2_300],
        [500, 6_000],
        [3_000, 4_000],
      ].map(([due, published]) => published! - due! - overlapUs(outages, due!, published!)),
      [0, 110, 300, 4_000, 1_000],
    )
  })

  test('exempts refused publishes from the start of the fault to the replay, not before and not after', () => {
    const seen = {
      faults: [
        { planned: { kind: 'server-kill', atMs: 0, downMs: 1_000 } as const, startedAtUs: 1_000, endedAtUs: 2_000, reachedCount: null },
      ],
      publisher: {
        publishedAtUs: new Float64Array(0),
        acknowledgedCount: 0,
        refusedAtUs: [999, 1_000, 1_500, 2_000, 2_001],
        outages: [{ fromAtUs: 1_010, untilAtUs: 1_990 }],
        window: { loopUtilisationRatio: null, stallMaxUs: null, stallP95Us: null, stallP99Us: null, gcPauses: [] },
      },
    }
    assert.equal(refusedPublishCount(seen), 2)
    // A freeze takes no publish away: one that fails in it is a refusal.
    const freeze = {
      planned: { kind: 'freeze', atMs: 0, durationMs: 1 } as const,
      startedAtUs: 1_000,
      endedAtUs: 2_000,
      reachedCount: null,
    }
    assert.equal(refusedPublishCount({ faults: [freeze], publisher: { ...seen.publisher, outages: [] } }), 5)
  })

  test('is planned for faults that take the server away, at the instants of the plan', () => {
    assert.deepEqual(
      plannedOutages(
        [
          { kind: 'server-kill', atMs: 1_000, downMs: 500 },
          { kind: 'freeze', atMs: 3_000, durationMs: 500 },
          { kind: 'server-restart', atMs: 5_000, downMs: 250 },
        ],
        1_000_000,
      ),
      [
        { fromAtUs: 2_000_000, untilAtUs: 2_500_000 },
        { fromAtUs: 6_000_000, untilAtUs: 6_250_000 },
      ],
    )
    assert.deepEqual(plannedOutages(undefined, 0), [])
  })

  test('counts of two lives add up; the largest queue stays the largest, and who waits waits at the later one', () => {
    const earlier = { ...emptyServerCounters(), requestCount: 7, waitingCount: 3, maxQueuedBytes: 900 }
    earlier.closed.shutdown = 3
    const later = { ...emptyServerCounters(), requestCount: 5, waitingCount: 2, maxQueuedBytes: 100 }
    const sum = added(later, earlier)
    assert.deepEqual([sum.requestCount, sum.waitingCount, sum.maxQueuedBytes, sum.closed.shutdown], [12, 2, 900, 3])
    assert.equal(later.requestCount, 5)
  })
})
