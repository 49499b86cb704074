import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { MessageLog } from '../../servers/message-log.ts'
import { noBrowser, withBrowser } from '../helpers/browser-page.ts'
import { startServer } from '../helpers/contract-server.ts'
import { subjectOf } from '../helpers/contract-subject.ts'

const sse = subjectOf('sse')

/** A page from a file has no origin that a server could name. */
const before = (app: FastifyInstance): void => {
  app.addHook('onRequest', (_, reply, next) => {
    reply.header('access-control-allow-origin', '*')
    next()
  })
}

/** Keeps what comes in the order in which it comes, gaps too. */
function pageOf(port: number): string {
  return `<!doctype html><html data-charts><title>stream</title><script>
    const seen = []
    const stream = new EventSource('http://127.0.0.1:${port}/sse?channel=news')
    stream.onmessage = ({ data }) => seen.push(JSON.parse(data).data)
    stream.addEventListener('gap', ({ data }) => seen.push('gap ' + JSON.parse(data).gap))
  </script></html>`
}

function logOf(...texts: string[]): MessageLog {
  const log = new MessageLog()
  log.publish(texts.map((data) => ({ channel: 'news', data })))
  return log
}

test('a browser that comes back to a fresh log which has passed its id gets all of it, behind one gap', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    const first = await startServer(sse.transport, sse.options, { before, log: logOf('a', 'b', 'c') })
    const { port } = first
    const { page } = await open(pageOf(port))
    await page.waitForFunction('seen.length === 3')
    await first.close()
    const second = await startServer(sse.transport, sse.options, { before, port, log: logOf('d', 'e', 'f', 'g', 'h') })
    await page.waitForFunction('seen.length >= 9')
    second.cutAll()
    await second.publish({ channel: 'news', data: 'i' })
    await page.waitForFunction('seen.length >= 10')
    assert.deepEqual(await page.evaluate('seen'), ['a', 'b', 'c', 'gap null', 'd', 'e', 'f', 'g', 'h', 'i'])
    await page.close()
    await second.close()
  }),
)
