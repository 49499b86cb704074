import { plannedEndMs, type PlannedFault } from '../core/fault-plan.ts'
import { libraryTimeouts } from '../core/library-timeouts.ts'
import { plannedPath, type LinkId } from '../core/links.ts'
import { connectsAtOnceCount, fewestToPrimeCount, rampStepCount } from '../core/ramp.ts'
import type { TrialScenario } from '../core/scenario.ts'
import type { Contender } from '../core/transport.ts'
import { transportOf } from '../core/transports/registry.ts'
import { bytesPerKiB } from '../core/units.ts'
import { lineBytesOf, mostMessages } from './channel-volume.ts'

/** What the waits of a trial follow from. */
export interface PlannedTrial {
  contender: Contender
  clientCount: number
  scenario: Pick<TrialScenario, 'traffic' | 'phases' | 'faults' | LinkId>
}

/** Times in ms by which a trial waits on purpose, however fast the machine is. Each is 0 where nothing is set to wait. */
export interface PlannedWaits {
  /** One way through the path. */
  transitMs: number
  /** From a client's first packet to the end of an answer on a new connection: two transits for the handshake, one each way. */
  connectMs: number
  /** From a request on a new connection to the end of an answer with all that it may hold. */
  requestMs: number
  /** Until all clients have come, in their steps and so many at once. */
  rampMs: number
  /**
   * By which contender and path delay a delivery: until the next poll, the end of the batch window, and the way there. A
   * delivery within this time is on time.
   */
  deliveryMs: number
  /** From the end of the measured window until the clients that a fault has cut off are back. */
  afterWindowMs: number
  /** For which a client leaves what comes on its channel unread, between polls or while a fault keeps it away. */
  absenceMs: number
}

/** A long poll takes up to three transits to bring what came while it was being answered (RFC 6202 §2.2). */
const transitsOfDelivery = 3
/** The TCP handshake. */
const transitsOfHandshake = 2
const transitsOfConnect = transitsOfHandshake + 2
/** Request and head of an answer, as far as the rate of a path is concerned. */
const headBytes = bytesPerKiB

/** The longest planned waits of a trial: what timeouts, estimates and sizes follow from. */
export function plannedWaits({ contender, clientCount, scenario }: PlannedTrial): PlannedWaits {
  const { traffic, phases, faults = [] } = scenario
  const transport = transportOf(contender.transport)
  const path = plannedPath(scenario)
  const transitMs = path.reduce((sum, link) => sum + link.transitMs, 0)
  const sendMs = (byteCount: number): number => path.reduce((sum, link) => sum + link.sendMs(byteCount), 0)
  const connectMs = transitsOfConnect * transitMs + 2 * sendMs(headBytes)

  const ownMs = transport.plannedDelayMs(contender)
  // The server closes a connection that is idle for longer: while a client waits, or while its next request is under way.
  const isClosedBetween = transport.isPolled && ownMs + 2 * transitMs > libraryTimeouts.fastifyKeepAliveMs
  const opensAnew = transport.opensPerRequest(contender) || isClosedBetween
  const transits = transitsOfDelivery + (opensAnew ? transitsOfHandshake : 0)
  const answerBytes = Math.max(1, mostMessages(traffic, transport.isPolled ? ownMs : 0)) * lineBytesOf(traffic)
  const answerMs = sendMs(answerBytes)
  // A request that meets the close on its way fails after two transits and is sent again after a backoff.
  const missMs = isClosedBetween && 2 * transitMs > libraryTimeouts.fastifyKeepAliveMs ? 2 * transitMs + waitAfter(0, contender) : 0
  const readMs = ownMs + transits * (transitMs + sendMs(headBytes)) + answerMs + missMs
  const outages = faults.filter((fault) => fault.kind !== 'half-open').map((fault) => outageOf(fault, contender, connectMs))

  return {
    transitMs,
    connectMs,
    requestMs: connectMs + answerMs,
    rampMs: traffic.pattern === 'jobs' ? 0 : rampRounds(clientCount) * connectMs,
    deliveryMs: upstreamConnects(traffic) * connectMs + contender.batchWindowMs + readMs,
    afterWindowMs: Math.max(0, ...outages.map(({ backAtMs }) => backAtMs - phases.measuredMs)),
    absenceMs: readMs + Math.max(0, ...outages.map(({ absenceMs }) => absenceMs)),
  }
}

/** Connects that follow each other: as many in a step as only so many at once leave, and before a large ramp those that warm both sides, no more than a step. */
function rampRounds(clientCount: number): number {
  const perStep = Math.ceil(clientCount / rampStepCount)
  const stepCount = Math.min(clientCount, rampStepCount) + (clientCount < fewestToPrimeCount ? 0 : 1)
  return stepCount * Math.ceil(perStep / connectsAtOnceCount)
}

/** Connections that are opened before a message is even published: to send it, or to ask for its job and then to subscribe. */
function upstreamConnects({ pattern, sender }: TrialScenario['traffic']): number {
  return pattern === 'jobs' ? 2 : sender === 'clients' ? 1 : 0
}

/** What a fault does to the clients that it cuts off: how long they are away, and when they are back, in ms after the start of the window. */
export function outageOf(fault: PlannedFault, contender: Contender, connectMs: number): { absenceMs: number; backAtMs: number } {
  const downMs = plannedEndMs(fault) - fault.atMs
  // Who reads on after a stall was cut by then, if at all: it does not try meanwhile.
  const returnMs = waitAfter(fault.kind === 'slow-readers' ? 0 : downMs, contender) + connectMs
  return { absenceMs: downMs + returnMs, backAtMs: plannedEndMs(fault) + returnMs }
}

/** The longest wait of a backoff that is under way when a server comes back after so long, its earlier waits of mean length. */
function waitAfter(downMs: number, options: Contender): number {
  const { backoffBaseMs, backoffFactor, backoffCapMs, backoffJitterRatio, backoffJitter } = options
  const isFull = backoffJitter === 'full'
  let waitMs = Math.min(backoffBaseMs, backoffCapMs)
  for (let waitedMs = meanOf(waitMs); waitedMs < downMs && waitMs < backoffCapMs && backoffFactor > 1; waitedMs += meanOf(waitMs))
    waitMs = Math.min(backoffCapMs, waitMs * backoffFactor)
  return isFull ? waitMs : Math.min(backoffCapMs, waitMs * (1 + backoffJitterRatio))

  function meanOf(ms: number): number {
    return isFull ? ms / 2 : ms
  }
}
