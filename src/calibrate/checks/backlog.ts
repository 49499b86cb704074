import { connect } from 'node:net'
import { nowUs, sleepMs } from '../../core/clock.ts'
import { paths } from '../../core/wire.ts'
import { usPerMs } from '../../core/units.ts'
import { networkCounters } from '../../machine/proc.ts'
import { systemFiles } from '../../machine/system-files.ts'
import { atLeast, counted, type Check } from '../check.ts'
import { withServer, type RawServer } from '../raw-server.ts'

const clientCount = 1_500
const askedBacklog = 511
/** The kernel lets one more in than the queue is long (tcp_v4_syn_recv_sock, sk_acceptq_is_full is "greater than"). */
const oneMore = 1
const quietMs = 300
const lookEveryMs = 20
const patienceMs = 10_000

/** K14. */
export const backlog: Check = {
  answers: [
    {
      id: 'K14',
      title: 'A full accept queue is counted',
      known:
        'a stopped server with a backlog of 511: min(511, somaxconn) + 1 of 1,500 connects are established, none is answered, and the kernel counts overflows',
      tolerance: 'exact',
      mechanism: 'a real server stopped by SIGSTOP; plain sockets; ListenOverflows as the runner reads it in its own namespace',
    },
  ],
  quick: true,
  seconds: [2, 2],
  run: async () => ({ K14: await withServer('sse', { backlog: askedBacklog }, overflow) }),
}

async function overflow({ ready, pid }: RawServer) {
  const before = networkCounters()?.acceptOverflowCount
  let openCount = 0
  let answeredCount = 0
  process.kill(pid, 'SIGSTOP')
  const sockets = Array.from({ length: clientCount }, () =>
    connect(ready)
      .on('connect', () => openCount++)
      .on('data', () => answeredCount++)
      .on('error', () => undefined),
  )
  for (const socket of sockets) socket.write(`GET ${paths.health} HTTP/1.1\r\nhost: x\r\n\r\n`)
  await quiet(() => openCount)
  const establishedCount = openCount
  const answeredWhileStopped = answeredCount
  const after = networkCounters()?.acceptOverflowCount
  process.kill(pid, 'SIGCONT')
  await quiet(() => answeredCount)
  for (const socket of sockets) socket.destroy()
  const longest = Math.min(askedBacklog, Number(systemFiles().read('/proc/sys/net/core/somaxconn') ?? askedBacklog))
  return [
    counted('connections established', longest + oneMore, establishedCount),
    counted('responses of the stopped server', 0, answeredWhileStopped),
    atLeast({
      what: 'overflows counted by the kernel',
      unit: 'count',
      expected: 1,
      measured: before === undefined || after === undefined ? null : after - before,
      why: '/proc/net is not readable',
    }),
    atLeast({ what: 'responses once it continues', unit: 'count', expected: longest + oneMore, measured: answeredCount }),
  ]
}

/** Waits until a count that has begun to grow stays the same for a while. */
async function quiet(count: () => number): Promise<void> {
  const deadlineAtUs = nowUs() + patienceMs * usPerMs
  let last = count()
  let changedAtUs = nowUs()
  while (nowUs() < deadlineAtUs && (last === 0 || nowUs() - changedAtUs < quietMs * usPerMs)) {
    await sleepMs(lookEveryMs)
    if (count() !== last) changedAtUs = nowUs()
    last = count()
  }
}
