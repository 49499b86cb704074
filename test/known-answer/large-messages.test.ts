import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { bytesPerMiB } from '../../src/core/units.ts'
import { memoryNeed } from '../../src/machine/memory-need.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { bench } from '../helpers/bench-process.ts'
import { assertRan, resultsIn } from '../helpers/machine-gates.ts'
import { plainScenario } from '../helpers/plain-scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'large-messages-'))
after(() => rmSync(folder, { recursive: true, force: true }))

suite('ten messages of 1 MiB a second for six clients', () => {
  test('no log gives one up, none is cut as a slow consumer, and no more memory is used than was estimated', async () => {
    const file = join(folder, 'photographs.json')
    const scenario = {
      ...plainScenario,
      clientCount: 6,
      traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 10, messageBytes: bytesPerMiB },
      contenders: [
        { transport: 'short-poll', pollIntervalMs: 2_000 },
        { transport: 'long-poll' },
        { transport: 'sse' },
        { transport: 'websocket' },
      ],
      phases: { warmUpMs: 2_000, measuredMs: 10_000 },
      blockCount: 1,
    }
    writeFileSync(file, JSON.stringify(scenario))
    const ended = await bench([file, '--charts', 'off', '--quiet', '--out', folder])
    assertRan(ended, folder)
    const [document] = resultsIn(folder)
    assert.equal(document!.trials.length, 4)
    const needBytes = memoryNeed(loadScenario(file).scenario).totalBytes
    for (const { contender, ledger, connections, server, generator } of document!.trials) {
      assert.deepEqual([ledger.expectedCount, ledger.gapMessageCount], [600, 0], contender)
      assert.equal(connections.serverClosed?.['slowConsumer'] ?? 0, 0, contender)
      const usedBytes = [server.memory.peakRssBytes, ...generator.map(({ peakRssBytes }) => peakRssBytes)].reduce(
        (sum, bytes) => sum! + bytes!,
        0,
      )
      assert.ok(usedBytes! < needBytes, `${contender}: ${usedBytes} of ${needBytes}`)
    }
  })
})
