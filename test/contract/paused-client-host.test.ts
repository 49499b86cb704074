import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ClientHostControl, ClientHostReport } from '../../src/core/client-host-control.ts'
import { sleepMs } from '../../src/core/clock.ts'
import type { Contender } from '../../src/core/transport.ts'
import { Child } from '../../src/machine/child.ts'
import { clientHostSpec } from '../../src/trial/trial-spec.ts'
import { transportModules } from '../../src/trial/transport-modules.ts'
import { childCommand, startChild } from '../helpers/contract-child.ts'
import { subjectOf } from '../helpers/contract-subject.ts'

const module = fileURLToPath(new URL('../helpers/pausing-client-host.js', import.meta.url))
const clientCount = 20
/** With it every deadline lies between what the server takes and the pause of the host. */
const timeoutMarginMs = 1_500

/** What shows that the host is awake again: every client has had its answer, or its stream goes on. */
const progress = {
  'short-poll': { options: { pollIntervalMs: 100 }, of: ({ requests }: ClientHostReport) => requests['completedCount']! },
  'long-poll': { options: { holdTimeMs: 400 }, of: ({ requests }: ClientHostReport) => requests['completedCount']! },
  sse: { options: { heartbeatMs: 200 }, of: ({ heartbeatCount }: ClientHostReport) => heartbeatCount },
} as const

/** Connects all clients, stalls the host, and reports when what was under way in the pause has ended, well or not. */
async function reportAfterPause(
  host: Child<ClientHostControl>,
  id: string,
  { options, port }: { options: Contender; port: number },
  of: (report: ClientHostReport) => number,
): Promise<ClientHostReport> {
  const channels = new Array<string>(clientCount).fill('news')
  const moduleUrl = transportModules(id).clientUrl
  await host.ask('start', clientHostSpec({ moduleUrl, options, host: '127.0.0.1', port, channels }))
  assert.equal((await host.ask('connect', { count: clientCount })).subscribedCount, clientCount)
  const before = of(await host.ask('report', undefined))
  process.kill(host.pid, 'SIGUSR2')
  let report = await host.ask('report', undefined)
  // Three rounds of all clients.
  while (of(report) < before + 3 * clientCount && Object.keys(report.faults).length === 0) {
    await sleepMs(25)
    report = await host.ask('report', undefined)
  }
  return report
}

suite('a client host that stalled for longer than its deadlines', { concurrency: true }, () => {
  for (const [id, { options, of }] of Object.entries(progress)) {
    test(`${id}: reads what lay in its sockets before it looks at them, and the server is not blamed`, async () => {
      const contender = { ...subjectOf(id as keyof typeof progress).options, timeoutMarginMs, ...options }
      const server = startChild(childCommand('server', contender))
      const host = new Child<ClientHostControl>('client host', [process.execPath, '--expose-gc', module])
      try {
        const report = await reportAfterPause(host, id, { options: contender, port: await server.next<number>() }, of)
        assert.deepEqual([report.faults, report.requests['timedOutCount'], report.reconnectCount], [{}, 0, 0])
      } finally {
        host.kill()
        await host.ended(1_000)
        await server.stop()
      }
    })
  }
})
