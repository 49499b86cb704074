import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { noBrowser, withBrowser } from '../helpers/browser-page.ts'
import { bytesOf, edges, none } from '../helpers/event-stream-edges.ts'

/** Types of events in the table: a page hears of those only that it names. */
const types = ['message', 'gap', 'a', 'b']

/** What EventSource makes of one answer: its events, or that it gave up. Opened again after the end, it is closed. */
const read = (url: string): string => `new Promise((resolve) => {
  const source = new EventSource(${JSON.stringify(url)})
  const events = []
  for (const type of ${JSON.stringify(types)}) source.addEventListener(type, ({ type, data }) => events.push([type, data]))
  source.onerror = () => {
    source.close()
    resolve(events)
  }
})`

/** Serves one stream after the other, the last one again and again, for pages of any origin. */
async function withStreams(streams: readonly Buffer[], use: (url: string, lastEventIds: (string | undefined)[]) => Promise<void>) {
  const lastEventIds: (string | undefined)[] = []
  const server = createServer((request, response) => {
    // As bytes: Node reads each as a character of Latin-1.
    const id = request.headers['last-event-id'] as string | undefined
    const requestCount = lastEventIds.push(id === undefined ? undefined : Buffer.from(id, 'latin1').toString('utf8'))
    response.writeHead(200, { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' })
    response.end(streams[Math.min(requestCount, streams.length) - 1])
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await use(`http://127.0.0.1:${port}/`, lastEventIds)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

suite('the edges of an event stream, as EventSource in Chromium has them', { skip: noBrowser }, () => {
  test('each stream of the table gives the events of the table', () =>
    withBrowser(async (open) => {
      const { page } = await open('<!doctype html><html data-charts><title>x</title>')
      const rows = Object.entries(edges)
      await withStreams(
        rows.map(([, [stream]]) => bytesOf(stream)),
        async (url) => {
          for (const [name, [, expected]] of rows) assert.deepEqual(await page.evaluate(read(url)), expected.events ?? none.events, name)
        },
      )
    }))

  test('an id without data counts, an empty one takes it back, and a reconnect without an id keeps the last', () =>
    withBrowser(async (open) => {
      const { page } = await open('<!doctype html><html data-charts><title>x</title>')
      const cases: [first: string, second: string, sent: [string | undefined, string | undefined]][] = [
        ['retry: 1\nid: 7\n\n', '', ['7', '7']],
        ['retry: 1\nid: 7\n\nid: 8\n', 'id: 9\n\n', ['7', '9']],
        ['retry: 1\nid: 7\n\n', 'id\n\n', ['7', undefined]],
        ['retry: 1\nid: 7\n\n', ': ping\n\ndata: x\n\n', ['7', '7']],
      ]
      for (const [first, second, sent] of cases) {
        await withStreams([Buffer.from(first), Buffer.from(second)], async (url, lastEventIds) => {
          await page.evaluate(`new Promise((resolve) => {
            let errorCount = 0
            const source = new EventSource(${JSON.stringify(url)})
            source.onerror = () => {
              if (++errorCount < 3) return
              source.close()
              resolve()
            }
          })`)
          assert.deepEqual(lastEventIds.slice(0, 3), [undefined, ...sent], JSON.stringify([first, second]))
        })
      }
    }))
})
