import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { rampFigure } from '../../src/report/charts/ramp.ts'
import { findNamespace } from '../../src/machine/namespace.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { assertHonest } from '../unit/metrics-trial.ts'

// As on macOS or Windows, where a tool that guesses shows 0 or −1 descriptors for ever.
test('without /proc a trial runs, and what only /proc shows is null with its reason, never 0 or −1', async (t) => {
  const namespace = findNamespace()
  if ('reason' in namespace) return t.skip(`needs a mount namespace: ${namespace.reason}`)
  const { trial } = await runKnownTrial({
    transport: 'websocket',
    clientCount: 20,
    traffic: { messagesPerSecondPerChannel: 50 },
    measuredMs: 1_000,
    // On Linux Node itself cannot tell its memory without its own stat, which it reads on no other system.
    prepare: 'text=$(cat /proc/self/stat) && mount -t tmpfs none /proc && mkdir /proc/self && echo "$text" > /proc/self/stat',
  })
  assert.deepEqual([trial.ledger.expectedCount, trial.ledger.deliveredCount], [1_000, 1_000])
  const { descriptors, memory, processor } = trial.server
  for (const key of ['baselineCount', 'idleCount', 'peakCount', 'afterCount', 'perClient'] as const) {
    assert.equal(descriptors[key], null, key)
    assert.equal(descriptors.reasons[key], '/proc was not readable')
  }
  assert.deepEqual([memory.baseline.rssBytes, memory.peakRssBytes, processor.cpuMsPerSecond], [null, null, null])
  assert.deepEqual([trial.bytes.wireBytes, trial.connections.acceptOverflowCount], [null, null])
  // What the process reports about itself is still there.
  assert.ok(memory.baseline.heapUsedBytes! > 1_000_000)
  for (const { descriptorCount, reasons } of trial.ramp)
    assert.deepEqual([descriptorCount, reasons['descriptorCount']], [null, '/proc was not readable'])
  assertHonest(trial)

  const { panels } = rampFigure(madeUpDocument({ change: (made) => ({ ...made, ramp: trial.ramp }) }))
  // One panel, of four contenders; their steps are those in which 20 clients connect.
  assert.deepEqual(
    panels.map((panel) => [panel.title, panel.kind === 'lines' && panel.series.map(({ points }) => points.map(({ at }) => at))]),
    [['Live memory, MiB', Array.from({ length: 4 }, () => [4, 8, 12, 16, 20].map((count) => `${count} clients`))]],
  )
})
