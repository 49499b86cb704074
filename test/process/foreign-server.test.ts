import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, test } from 'node:test'
import { defaultBehaviour, type Scenario } from '../../src/core/scenario.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { markdownReport } from '../../src/report/markdown.ts'
import { hostModules } from '../../src/trial/transport-modules.ts'
import { runScenario } from '../../src/run/run.ts'
import { reasonsOfItsOwn } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'foreign-server-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const notReported = 'this server does not report it'
const scenario: Scenario = {
  title: 'A server that is not ours',
  question: 'What can be said of a server that only serves?',
  clientCount: 20,
  traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 50, messageBytes: 64 },
  contenders: [contenderOf('long-poll')],
  phases: { warmUpMs: 250, measuredMs: 500 },
  blockCount: 1,
  seed: 3,
  ...defaultBehaviour,
  matters: {},
  limits: {},
}

/** The bare server answers start and stop, and says nothing of itself but its memory. */
test('a server that is not our host is measured from outside, and what it does not report is null with the reason', async () => {
  const document = await runScenario(
    {
      name: 'foreign-server',
      scenario,
      sources: {},
      warnings: [],
      resultDir: folder,
      calibrationDir: folder,
      namespace: 'auto',
      force: false,
      command: 'test',
      signal: new AbortController().signal,
      specOf: () => ({ hosts: { ...hostModules, server: fileURLToPath(new URL('../../scripts/bare/server.js', import.meta.url)) } }),
    },
    () => undefined,
  )
  assert.deepEqual(document.failedTrials, [])
  for (const trial of document.trials) {
    const { ledger, server, requests, connections, timeline } = trial
    assert.deepEqual([ledger.expectedCount, ledger.lostCount, ledger.duplicatedCount], [500, 0, 0])
    assert.deepEqual([server.settings, server.counters, server.maxQueuedBytes, connections.serverClosed], [null, null, null, null])
    assert.deepEqual(server.reasons, { settings: notReported, maxQueuedBytes: notReported, counters: notReported })
    assert.deepEqual([server.loop.utilisationRatio, server.loop.gcCount], [null, null])
    assert.equal(server.loop.reasons['utilisationRatio'], notReported)
    assert.equal(requests.reasons['serverSeenCount'], notReported)
    assert.ok(timeline.every(({ serverGcUs, reasons }) => serverGcUs === null && reasons['serverGcUs'] === notReported))
    // Read from outside, or by the one answer that it gives.
    assert.equal(server.descriptors.perClient, 1)
    assert.ok(server.processor.cpuMsPerSecond! > 0 && server.memory.perClientBytes !== null)
    assert.deepEqual(reasonsOfItsOwn(trial), [])
  }
  assert.match(markdownReport(document), /this server does not report it/)
})
