import { connect, createServer, type AddressInfo } from 'node:net'
import { answerControl } from '../core/control.ts'
import type { RelayControl, RelayStart } from '../core/relay-control.ts'
import type { ServerReady } from '../core/server-control.ts'
import { ProcessMeter } from '../core/process-meter.ts'
import { seededRandom } from '../core/random.ts'
import { usPerMs } from '../core/units.ts'
import { DelayLine } from './delay-line.ts'
import { LineClock } from './line-clock.ts'

/** Process entry: passes TCP on between clients and server as a network with delay, jitter and a rate would. */
const meter = new ProcessMeter()
const clock = new LineClock()
let connectionCount = 0

/**
 * Takes connections in the place of the server. The kernel completes a client's handshake at once, so the two transits
 * that it would take are put before the client's first bytes; the server sees the connection one transit after it came.
 */
async function start({ target, plan, seed, backlog }: RelayStart): Promise<ServerReady> {
  const transitMs = plan.delayMs
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    const random = seededRandom(seed, `relay ${connectionCount++}`)
    const line = { clock, plan, random }
    near.on('error', () => undefined)
    clock.after(transitMs * usPerMs, () => {
      if (near.destroyed) return
      const far = connect({ host: target.host, port: target.port, noDelay: true, allowHalfOpen: true })
      far.on('error', () => undefined)
      DelayLine.lay(near, far, { ...line, readsAfterUs: transitMs * usPerMs })
      DelayLine.lay(far, near, { ...line, readsAfterUs: 0 })
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port: 0, backlog }, resolve))
  const address = server.address() as AddressInfo
  return { host: address.address, port: address.port }
}

const control: RelayControl = {
  start,
  window: ({ fromAtUs, untilAtUs }) => meter.watch(fromAtUs, untilAtUs),
  closeWindow: ({ untilAtUs }) => meter.closeEarly(untilAtUs),
  report: () => ({ connectionCount, window: meter.reading() }),
}
answerControl(control)
