import { get } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { paths } from '../../src/core/wire.ts'

/**
 * Process entry: somebody who has nothing to do with the trial, on a port. `stranger.js <what> <port>`; 0 takes a free one and
 * tells it to the parent. Any other port is taken from its server as soon as that lets go of it.
 */
const body = '<!doctype html><title>Welcome to nginx!</title>'
const answers: Readonly<Record<string, (socket: Socket) => void>> = {
  html: (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
  json: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\nnull'),
  closed: (socket) => socket.end(),
  silent: () => undefined,
}
const [what, portText] = process.argv.slice(2) as [string, string]
const port = Number(portText)
const lookEveryMs = 2

function take(): void {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => answers[what]!(socket))
  })
  server.on('error', () => setTimeout(take, lookEveryMs))
  server.listen(port, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object') process.send?.(address!.port)
  })
}

/** Until the trial's own server has answered, the port is not its own: the trial tries beforehand whether it is free. */
function awaitServer(): void {
  get({ port, host: '127.0.0.1', path: paths.health, agent: false }, (response) => response.on('end', take).resume()).on('error', () =>
    setTimeout(awaitServer, lookEveryMs),
  )
}

if (port === 0) take()
else awaitServer()
process.on('disconnect', () => process.exit(0))
// Started by a shell it has no channel: it ends with its parent, the trial.
const parent = process.ppid
setInterval(() => process.ppid === parent || process.kill(process.pid), 100)
