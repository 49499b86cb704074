import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { listenerInodes, listenersOn, ownersText } from '../../src/machine/port-owner.ts'

/** Lines as the kernel writes them (proc_net_tcp): 0A listens, 01 is a connection, 06 is in TIME_WAIT. */
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
   3: 0100007F:1F90 0100007F:C351 06 00000000:00000000 03:000017A0 00000000     0        0 0 3 0000000000000000
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1 0000000000000000 100 0 0 10 0`

suite('who listens on a port', () => {
  test('is found by the sockets that listen there, of both families', () => {
    assert.deepEqual(listenerInodes(table, 8_080), new Set(['4711', '4714']))
    assert.deepEqual(listenerInodes(table, 8_082), new Set())
  })

  test('is this process for a port of its own, and nobody once it is closed', async (t) => {
    if (process.platform !== 'linux') return t.skip('only Linux tells')
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    assert.deepEqual(
      listenersOn(port)!.map(({ pid }) => pid),
      [process.pid],
    )
    assert.match(ownersText(listenersOn(port)), new RegExp(`^pid ${process.pid} \\(.+\\)$`))
    server.close()
    await once(server, 'close')
    assert.deepEqual(listenersOn(port), [])
  })

  test('is not known where the system does not report it', () => {
    assert.equal(
      listenersOn(80, () => null),
      null,
    )
    assert.equal(ownersText(null), '')
  })
})
