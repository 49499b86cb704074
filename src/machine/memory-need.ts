import { constants } from 'node:buffer'
import type { Scenario } from '../core/scenario.ts'
import { transportOf } from '../core/transports/registry.ts'
import type { Contender } from '../core/transport.ts'
import { bytesPerKiB, bytesPerMiB, msPerSecond } from '../core/units.ts'
import { lineBytesOf, mostMessages } from '../traffic/channel-volume.ts'
import { logLimitsOf } from '../traffic/log-size.ts'
import { outageOf, plannedWaits } from '../traffic/planned-waits.ts'
import { channelCountOf, expectedDeliveries, messagesPerSecondOf } from '../traffic/traffic-plan.ts'

/** Rough upper sizes; a run needs less. With what caches of client hosts hold at most. */
const fixedBytes = 400 * bytesPerMiB
const heapOfHostBytes = 64 * bytesPerMiB
const bytesPerClient = 48 * bytesPerKiB
const bytesPerDelivery = 16 * 4
/** Beside its line, which is there as text and as the bytes that a transport writes. */
const bytesPerKeptMessage = 256
const copiesInLog = 2
/** Of what a client is being sent, in the heaps: as text at the server, and at the client as text and as what is read of it. */
const heapCopies = { server: 1, client: 2 }
/**
 * The same in memory. At the server also the bytes that the socket has not taken, at the client also the pieces that have come, and
 * at both what the poll before left behind: V8 collects it when it needs the room. Six clients with polls of 20 MiB took 1.57 GB in
 * all processes at most, where the heaps alone would be 1.07 GB.
 */
const residentCopies = { server: 3, client: 5 }

/** What one contender needs, in bytes; an upper estimate. */
export interface MemoryNeed {
  contender: string
  /** Of all processes of a trial and the runner. */
  totalBytes: number
  serverHeapBytes: number
  /** Of one client host. */
  clientHostHeapBytes: number
  /** The longest answer to a poll. */
  answerBytes: number
  /** The arithmetic, for a reader. */
  text: string
}

/** The longest text that a process can hold, in characters; of ASCII as many bytes. */
export const longestTextBytes = constants.MAX_STRING_LENGTH

/** What the most demanding contender of a scenario needs. */
export function memoryNeed(scenario: Scenario, clientHostCount = 1): MemoryNeed {
  return scenario.contenders
    .map((contender) => needOf(scenario, contender, clientHostCount))
    .reduce((most, need) => (need.totalBytes > most.totalBytes ? need : most))
}

function needOf(scenario: Scenario, contender: Contender, clientHostCount: number): MemoryNeed {
  const { clientCount, traffic, phases, faults = [] } = scenario
  const trafficMs = phases.warmUpMs + phases.measuredMs
  const lineBytes = lineBytesOf(traffic)
  const publishedCount = (messagesPerSecondOf(scenario) * trafficMs) / msPerSecond

  const { keptCount, keptBytes } = logLimitsOf({ contender, clientCount, scenario })
  // Jobs leave a channel each behind them; other channels keep only so much.
  const mostKept = traffic.pattern === 'jobs' ? Infinity : channelCountOf(scenario) * Math.min(keptCount, Math.floor(keptBytes / lineBytes))
  const keptMessages = Math.min(mostKept, publishedCount)
  const logBytes = keptMessages * (copiesInLog * lineBytes + bytesPerKeptMessage)

  const { connectMs, deliveryMs } = plannedWaits({ contender, clientCount, scenario })
  const unreadIn = (ms: number): number => Math.min(publishedCount, Math.max(1, mostMessages(traffic, ms))) * lineBytes
  const answerBytes = unreadIn(transportOf(contender.transport).isPolled ? deliveryMs : 0)
  // Of the clients that a fault keeps away, each is sent at once what came meanwhile.
  const missed = faults.filter(({ kind }) => kind !== 'half-open').map((fault) => ({ fault, ...outageOf(fault, contender, connectMs) }))
  const backlogBytes = Math.max(0, ...missed.map(({ fault, absenceMs }) => ('ratio' in fault ? fault.ratio : 1) * unreadIn(absenceMs)))
  const unreadBytes = clientCount * Math.max(answerBytes, backlogBytes)
  const longestBytes = Math.max(answerBytes, ...missed.map(({ absenceMs }) => unreadIn(absenceMs)))

  const outageMs = Math.max(0, ...faults.map((fault) => ('ratio' in fault ? 0 : 'downMs' in fault ? fault.downMs : fault.durationMs)))
  const unpublishedBytes = (copiesInLog * messagesPerSecondOf(scenario) * lineBytes * outageMs) / msPerSecond

  const deliveryCount = expectedDeliveries(scenario, trafficMs)
  const mib = (bytes: number): string => `${Math.ceil(bytes / bytesPerMiB)} MiB`
  return {
    contender: contender.label,
    totalBytes:
      fixedBytes +
      clientCount * bytesPerClient +
      deliveryCount * bytesPerDelivery +
      logBytes +
      (residentCopies.server + residentCopies.client) * unreadBytes +
      unpublishedBytes,
    serverHeapBytes: heapOfHostBytes + keptMessages * (lineBytes + bytesPerKeptMessage) + heapCopies.server * unreadBytes,
    clientHostHeapBytes: heapOfHostBytes + (heapCopies.client * unreadBytes) / clientHostCount,
    answerBytes: transportOf(contender.transport).isPolled ? longestBytes : 0,
    text: `the log keeps ${Math.ceil(keptMessages)} lines of ${lineBytes} bytes = ${mib(keptMessages * lineBytes)}; ${clientCount} clients may each be sent ${mib(unreadBytes / clientCount)} at once`,
  }
}
