import assert from 'node:assert/strict'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { suite, test } from 'node:test'
import { freeLocalPortCount, localPorts, waitForLocalPorts, type PortWatch } from '../../src/machine/local-ports.ts'
import { systemFiles } from '../../src/machine/system-files.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
/** One socket as the kernel prints it; state 06 is TIME_WAIT, 01 established, 0A listening. */
const line = (at: number, port: number, state = '06'): string =>
  `${String(at).padStart(4)}: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 0100007F:1F90 ${state} 00000000:00000000 03:0000176F 00000000     0        0 0 3 0000000000000000\n`

/** A machine with ports 40000 to 40099, of which so many are held at each second that passes. */
function machine(heldAtSecond: (second: number) => number): PortWatch & { sleptMs: number } {
  const watch = {
    sleptMs: 0,
    now: () => watch.sleptMs * 1_000,
    sleep(ms: number) {
      watch.sleptMs += ms
      return Promise.resolve()
    },
    read(path: string) {
      if (path.endsWith('ip_local_port_range')) return '40000\t40099\n'
      if (path === '/proc/net/tcp6') return null
      const count = heldAtSecond(watch.sleptMs / 1_000)
      return head + Array.from({ length: count }, (_, at) => line(at, 40_000 + at)).join('')
    },
  }
  return watch
}

const going = new AbortController().signal

suite('local ports', () => {
  test('counts a port once, in any state, and only those of the range', () => {
    const text = head + line(0, 40_000) + line(1, 40_001, '01') + line(2, 40_001, '0A') + line(3, 8_080, '0A') + line(10, 40_099)
    const read = (path: string): string | null => (path === '/proc/net/tcp' ? text : path === '/proc/net/tcp6' ? null : '40000 40099')
    assert.deepEqual(localPorts(text), new Set([40_000, 40_001, 8_080, 40_099]))
    assert.deepEqual(freeLocalPortCount(read), { freeCount: 97, allCount: 100 })
  })

  test('does not wait when exactly as many are free as are needed', async () => {
    const watch = machine(() => 40)
    assert.deepEqual(await waitForLocalPorts(60, going, watch), { waitedMs: 0, freeCount: 60, needCount: 60 })
    assert.equal(watch.sleptMs, 0)
  })

  test('waits until the ports of the trial before have left TIME_WAIT, and says how long', async () => {
    const watch = machine((second) => (second < 42 ? 41 : 0))
    assert.deepEqual(await waitForLocalPorts(60, going, watch), { waitedMs: 42_000, freeCount: 100, needCount: 60 })
  })

  test('goes on after 65 s with what there is, and after an abort at once', async () => {
    assert.deepEqual(
      await waitForLocalPorts(
        60,
        going,
        machine(() => 90),
      ),
      { waitedMs: 65_000, freeCount: 10, needCount: 60 },
    )
    const watch = machine(() => 90)
    assert.deepEqual(await waitForLocalPorts(60, AbortSignal.abort(), watch), { waitedMs: 0, freeCount: 10, needCount: 60 })
  })

  test('does not wait for ports that the machine does not have, nor where it does not tell', async () => {
    assert.equal(
      await waitForLocalPorts(
        101,
        going,
        machine(() => 90),
      ),
      null,
    )
    assert.equal(await waitForLocalPorts(1, going, { ...machine(() => 0), read: () => null }), null)
  })

  test('sees the ports of real connections', { skip: systemFiles().read('/proc/net/tcp') === null }, async () => {
    const accepted: Socket[] = []
    const server = createServer((socket) => accepted.push(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const clients = await Promise.all(
      Array.from(
        { length: 5 },
        () =>
          new Promise<Socket>((resolve) =>
            connect(port, '127.0.0.1').once('connect', function (this: Socket) {
              resolve(this)
            }),
          ),
      ),
    )
    const seen = localPorts(systemFiles().read('/proc/net/tcp')!)
    for (const own of [port, ...clients.map((client) => client.localPort!)]) assert.ok(seen.has(own), `${own}`)
    for (const socket of [...clients, ...accepted]) socket.destroy()
    server.close()
  })
})
