import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { findNamespace } from '../../src/machine/namespace.ts'
import { childCommand, startChild, type ChildReport } from '../helpers/contract-child.ts'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'

const sse = subjectOf('sse')
const websocket = subjectOf('websocket')
const longPoll = subjectOf('long-poll')
const shortPoll = subjectOf('short-poll')

const subjects = [shortPoll, longPoll, sse, websocket]
const namespace = findNamespace()

suite('limits of the generator are its own faults', () => {
  for (const subject of subjects) {
    test(`${subject.id} clients beyond the descriptor limit fail as clientEMFILE, once each and for good`, async () => {
      const bench = await startBench(subject)
      const asked = 120
      const child = startChild([
        'sh',
        '-c',
        'ulimit -n 80 && exec "$@"',
        'sh',
        ...childCommand('clients', subject.options, bench.server.port, asked),
      ])
      const report = await child.next<ChildReport>()
      // 80 descriptors, of which Node itself holds about 20.
      assert.ok(report.subscribedCount >= 40 && report.subscribedCount < 80, JSON.stringify(report))
      assert.equal(report.subscribedCount + report.hopelessCount, asked)
      assert.deepEqual(report.faults, { clientEMFILE: report.hopelessCount })
      assert.equal(report.openedCount, report.subscribedCount)
      await child.stop()
      await bench.end()
    })

    test(
      `${subject.id} clients beyond the local ports fail as localPortsExhausted`,
      { skip: 'reason' in namespace && namespace.reason },
      async () => {
        const narrow = 'echo "40000 40019" > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"'
        const enclosed = (namespace as { enclose: (command: readonly string[]) => string[] }).enclose([
          'sh',
          '-c',
          narrow,
          'sh',
          ...childCommand('both', subject.options, 30),
        ])
        const child = startChild(enclosed)
        const report = await child.next<ChildReport>()
        assert.equal(report.subscribedCount + report.hopelessCount, 30)
        assert.deepEqual(report.faults, { localPortsExhausted: report.hopelessCount })
        // The server listens on a port of its own choice, which is one of the 20.
        assert.ok(report.subscribedCount === 20 || report.subscribedCount === 19, JSON.stringify(report))
        await child.stop()
      },
    )
  }
})
