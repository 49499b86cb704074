import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { test } from 'node:test'
import { childCommand, startChild } from '../helpers/contract-child.ts'
import { until } from '../helpers/contract-wait.ts'

/** The kernel's count of connects that met a full accept queue, in this network namespace; null where it is not reported. */
function acceptOverflowCount(): number | null {
  try {
    const [names, values] = readFileSync('/proc/self/net/netstat', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('TcpExt:'))
      .map((line) => line.split(' '))
    return Number(values![names!.indexOf('ListenOverflows')])
  } catch {
    return null
  }
}

/** Opens `count` connections to a server with this backlog whose event loop is blocked; returns how many were open before it woke. */
async function openAgainstBusy(
  backlog: number,
  count: number,
): Promise<{ openBeforeAwake: number; overflowDelta: number; openInTheEnd: number }> {
  const child = startChild(childCommand('deaf', backlog))
  const port = await child.next<number>()
  const before = acceptOverflowCount()!
  child.process.send(1_500)
  assert.equal(await child.next(), 'blocking')
  const awake = child.next()
  let openCount = 0
  const sockets = Array.from({ length: count }, () =>
    connect({ host: '127.0.0.1', port })
      .on('connect', () => openCount++)
      .on('error', () => undefined),
  )
  await awake
  const openBeforeAwake = openCount
  await until(
    'all are open in the end',
    () => openCount === count,
    () => openCount,
  )
  const overflowDelta = acceptOverflowCount()! - before
  for (const socket of sockets) socket.destroy()
  await child.stop()
  return { openBeforeAwake, overflowDelta, openInTheEnd: openCount }
}

test(
  'a busy server takes its backlog and one; the rest wait for TCP to try again, and the kernel counts them',
  { skip: acceptOverflowCount() === null },
  async () => {
    const short = await openAgainstBusy(16, 60)
    assert.equal(short.openBeforeAwake, 17)
    assert.ok(short.overflowDelta >= 60 - 17, JSON.stringify(short))
    assert.equal(short.openInTheEnd, 60)
    const long = await openAgainstBusy(128, 60)
    assert.equal(long.openBeforeAwake, 60)
  },
)
