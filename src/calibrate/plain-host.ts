import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { nowUs, sleepUntil } from '../core/clock.ts'
import { answerControl } from '../core/control.ts'
import { usPerMs } from '../core/units.ts'

/** The questions of the two processes of plain deliveries: one passes lines on, the other sends and reads them. */
export interface PlainControl {
  /** Opens a port on which each line that comes is written to every socket, also to its sender's, and returns it. */
  listen(): Promise<number>
  /** Sends so many lines at once to so many sockets, and returns the time until the last had come on all of them, in µs. */
  burst(order: { port: number; socketCount: number; lineCount: number }): Promise<number>
  /** Sends a line each so many ms until `endLines`. */
  beginLines(order: { port: number; everyMs: number }): Promise<void>
  endLines(): Promise<PlainLines>
}

/** When each line was sent and received, in µs of the shared clock. */
export interface PlainLines {
  sentAtUs: Float64Array
  receivedAtUs: Float64Array
}

const line = Buffer.alloc(100, 'x')

/** Reports each whole line among bytes that arrive in pieces. */
function onLines(socket: Socket, report: (count: number) => void): void {
  let bytes = 0
  socket.on('data', ({ length }: Buffer) => {
    const before = Math.floor(bytes / line.length)
    bytes += length
    report(Math.floor(bytes / line.length) - before)
  })
}

async function passOn(): Promise<number> {
  const open = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket)
    onLines(socket, (count) => {
      for (let at = 0; at < count; at++) for (const to of open) to.write(line)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Sockets to one port, and the lines that were sent over the last of them: by then the other side has accepted all. */
class PlainSockets {
  readonly #sockets: Socket[] = []
  readonly #sentAtUs: number[] = []
  /** A line has come when the slowest socket has it. */
  readonly #receivedAtUs: number[] = []
  #onReceived: (() => void) | undefined

  static async open(port: number, count: number): Promise<PlainSockets> {
    const opened = new PlainSockets()
    const lineCounts = new Uint32Array(count)
    for (let at = 0; at < count; at++) {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      opened.#sockets.push(socket)
      onLines(socket, (more) => {
        lineCounts[at] = lineCounts[at]! + more
        opened.#received(Math.min(...lineCounts))
      })
      await once(socket, 'connect')
    }
    return opened
  }

  send(): void {
    this.#sentAtUs.push(nowUs())
    this.#sockets.at(-1)!.write(line)
  }

  /** Waits for all that was sent, and closes. */
  async end(): Promise<PlainLines> {
    while (this.#receivedAtUs.length < this.#sentAtUs.length) await new Promise<void>((resolve) => (this.#onReceived = resolve))
    for (const socket of this.#sockets) socket.destroy()
    return { sentAtUs: Float64Array.from(this.#sentAtUs), receivedAtUs: Float64Array.from(this.#receivedAtUs) }
  }

  #received(lineCount: number): void {
    while (this.#receivedAtUs.length < lineCount) this.#receivedAtUs.push(nowUs())
    this.#onReceived?.()
  }
}

let isSending = false
let lines: Promise<PlainSockets> | undefined

async function sendUntilEnd(sockets: PlainSockets, everyMs: number): Promise<PlainSockets> {
  for (isSending = true; isSending; await sleepUntil(nowUs() + everyMs * usPerMs)) sockets.send()
  return sockets
}

/** Process entry. */
const control: PlainControl = {
  listen: passOn,
  burst: async ({ port, socketCount, lineCount }) => {
    const sockets = await PlainSockets.open(port, socketCount)
    for (let at = 0; at < lineCount; at++) sockets.send()
    const { sentAtUs, receivedAtUs } = await sockets.end()
    return receivedAtUs.at(-1)! - sentAtUs[0]!
  },
  beginLines: async ({ port, everyMs }) => {
    lines = sendUntilEnd(await PlainSockets.open(port, 1), everyMs)
  },
  endLines: async () => {
    isSending = false
    return (await lines!).end()
  },
}
answerControl(control)
