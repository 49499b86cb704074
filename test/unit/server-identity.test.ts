import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { suite, test } from 'node:test'
import { harnessError, HarnessError } from '../../src/core/errors.ts'
import { checkIdentity, type ServerAddress } from '../../src/trial/server-identity.ts'

const html = '<!doctype html><title>Welcome to nginx!</title>'
const http = (status: string, type: string, body: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`

/** What somebody does with a question on his port, and how that reads in the error. */
const strangers: Readonly<Record<string, { does: (socket: Socket) => void; reads: RegExp }>> = {
  'a web page': { does: (socket) => socket.end(http('200 OK', 'text/html', html)), reads: /answers 200 text\/html, "<!doctype html>/ },
  'a page that is not found': {
    does: (socket) => socket.end(http('404 Not Found', 'text/plain', 'no')),
    reads: /answers 404 text\/plain, "no"/,
  },
  'other JSON': {
    does: (socket) => socket.end(http('200 OK', 'application/json', '{"status":"UP"}')),
    reads: /"\{\\"status\\":\\"UP\\"\}"/,
  },
  'JSON that is no object': {
    does: (socket) => socket.end(http('200 OK', 'application/json', 'null')),
    reads: /application\/json, "null"/,
  },
  'the secret of another trial': {
    does: (socket) => socket.end(http('200 OK', 'application/json', '{"secret":"another"}')),
    reads: /"\{\\"secret\\":\\"another\\"\}"/,
  },
  'nothing in it': { does: (socket) => socket.end(http('200 OK', 'text/plain', '')), reads: /with nothing in it/ },
  silence: { does: () => undefined, reads: /sent nothing for 200 ms/ },
  'a head that never ends': {
    does: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n'),
    reads: /answers 200 text\/event-stream that never ends/,
  },
  'an end in the middle': {
    does: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"secret"'),
    reads: /answers 200 without a content type and breaks off/,
  },
  'a closed connection': { does: (socket) => socket.end(), reads: /closes the connection without an answer/ },
  'a reset': { does: (socket) => socket.resetAndDestroy(), reads: /closes the connection without an answer/ },
  'the greeting of another protocol': { does: (socket) => socket.end('220 mail.example ESMTP\r\n'), reads: /answers, but not in HTTP/ },
}

async function withPort(does: (socket: Socket) => void, use: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => does(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use((server.address() as AddressInfo).port)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

/** The trial's server says that it is process 1, which listens on nothing: what does is this process. */
const addressOf = (port: number, more: Partial<ServerAddress> = {}): ServerAddress => ({
  name: 'sse server',
  host: '127.0.0.1',
  port,
  secret: 'ours',
  pid: 1,
  works: () => Promise.resolve(),
  ...more,
})
const short = { silenceMs: 200, ownMs: 400 }

function isFault(code: string, ...patterns: RegExp[]) {
  return (fault: unknown): boolean => {
    assert.ok(fault instanceof HarnessError)
    assert.equal(fault.code, code)
    for (const pattern of patterns) assert.match(fault.message, pattern)
    return true
  }
}

suite("what answers at the server's address", () => {
  test('is the server when it knows the secret', () =>
    withPort(
      (socket) => socket.end(http('200 OK', 'application/json', '{"secret":"ours","waitingCount":0}')),
      (port) => checkIdentity(addressOf(port)),
    ))

  for (const [what, { does, reads }] of Object.entries(strangers))
    test(`is a stranger when it gives ${what}: reported with port and pid`, () =>
      withPort(does, (port) =>
        assert.rejects(
          checkIdentity(addressOf(port), short),
          isFault('ERR_SERVER_FOREIGN', reads, new RegExp(`127\\.0\\.0\\.1:${port} `), new RegExp(`pid ${process.pid} \\(`)),
        ),
      ))

  test('is nobody when the connection is refused', async () => {
    let free = 0
    await withPort(
      () => undefined,
      async (port) => {
        free = port
      },
    )
    await assert.rejects(
      checkIdentity(addressOf(free), short),
      isFault('ERR_SERVER_FOREIGN', /refuses connections/, /The process that listens there is unknown/),
    )
  })

  test('is not blamed while our own process holds the port: silence there is its own', () =>
    withPort(
      () => undefined,
      (port) =>
        assert.rejects(checkIdentity(addressOf(port, { pid: process.pid }), short), isFault('ERR_CHILD_SILENT', /listens on 127\.0\.0\.1/)),
    ))

  test('may be silent under load when our own process holds the port', () =>
    withPort(
      () => undefined,
      (port) => checkIdentity(addressOf(port, { pid: process.pid, isUnderLoad: true }), short),
    ))

  test('is not blamed for the death of our own process', () =>
    withPort(
      (socket) => socket.resetAndDestroy(),
      (port) =>
        assert.rejects(
          checkIdentity(addressOf(port, { works: () => Promise.reject(harnessError('ERR_CHILD_DIED', 'sse server: gone.')) }), short),
          isFault('ERR_CHILD_DIED', /gone/),
        ),
    ))

  test('is given all the time that our own process needs to show that it lives', async () => {
    let answer = (): void => undefined
    await withPort(
      (socket) => {
        answer = () => socket.end(http('200 OK', 'application/json', '{"secret":"ours"}'))
      },
      (port) =>
        checkIdentity(
          addressOf(port, {
            works: async () => {
              answer()
              await new Promise((resolve) => setImmediate(resolve))
            },
          }),
          { silenceMs: 200, ownMs: 60_000 },
        ),
    )
  })
})
