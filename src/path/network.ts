import { connect, createServer, type AddressInfo } from 'node:net'
import { nowUs } from '../core/clock.ts'
import type { OpenLinkOf } from '../core/link-control.ts'
import type { NetworkPlan } from '../core/links.ts'
import { seededRandom } from '../core/random.ts'
import { TimerQueue } from '../core/timer-queue.ts'
import { usPerMs } from '../core/units.ts'
import { DelayLine } from './delay-line.ts'

/**
 * Passes TCP on between clients and server as a network with delay, jitter and a rate would.
 *
 * It takes connections in the place of the server. The kernel completes a client's handshake at once, so the two transits
 * that it would take are put before the client's first bytes; the server sees the connection one transit after it came.
 */
export const openLink: OpenLinkOf<NetworkPlan> = async ({ target, plan, seed, backlog }) => {
  // Half of a Node timer's step is slack, so that a delay is as often too short as too long: ± 0.5 ms on an idle machine.
  const clock = new TimerQueue({ slackUs: 500, round: Math.floor })
  let connectionCount = 0
  const transitMs = plan.delayMs
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    const random = seededRandom(seed, `relay ${connectionCount++}`)
    const line = { clock, plan, random }
    near.on('error', () => undefined)
    clock.at(nowUs() + transitMs * usPerMs, () => {
      if (near.destroyed) return
      const far = connect({ host: target.host, port: target.port, noDelay: true, allowHalfOpen: true })
      far.on('error', () => undefined)
      DelayLine.lay(near, far, { ...line, readsAfterUs: transitMs * usPerMs })
      DelayLine.lay(far, near, { ...line, readsAfterUs: 0 })
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port: 0, backlog }, resolve))
  const address = server.address() as AddressInfo
  return { host: address.address, port: address.port, report: () => ({ connectionCount }) }
}
