import type { Random } from '../core/random.ts'
import type { Scenario } from '../core/scenario.ts'
import { meanJobSeconds, type Traffic } from '../core/traffic.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import { planJobs, type JobPlan } from './job-plan.ts'
import { buildSchedule, type Schedule } from './schedule.ts'

type Workload = Pick<Scenario, 'clientCount' | 'traffic'>

/** Channels that messages are published on. With jobs each job has its own, and this counts those that are there at once. */
export function channelCountOf({ clientCount, traffic }: Workload): number {
  switch (traffic.pattern) {
    case 'unicast':
    case 'jobs':
      return clientCount
    case 'broadcast':
      return 1
    case 'rooms':
      return Math.ceil(clientCount / traffic.roomSize!)
    case 'topics':
      return traffic.topicCount!
  }
}

/** Messages that are published in a second, on average, over all channels. */
export function messagesPerSecondOf(workload: Workload): number {
  const { traffic } = workload
  if (traffic.pattern !== 'jobs') return channelCountOf(workload) * traffic.messagesPerSecondPerChannel
  return traffic.jobsPerSecond! * traffic.jobsInRow! * traffic.messagesPerJob!
}

/**
 * Deliveries that the schedule asks for in this time, on average. Whatever the pattern, a client is on one channel and
 * hears all of it; of a job there is one reader.
 */
export function expectedDeliveries(workload: Workload, ms: number): number {
  const { clientCount, traffic } = workload
  const perSecond = traffic.pattern === 'jobs' ? messagesPerSecondOf(workload) : clientCount * traffic.messagesPerSecondPerChannel
  return (perSecond * ms) / msPerSecond
}

/** Sessions of jobs that are there at once, on average (Little's law); null for other patterns. */
export function expectedSessionCount(traffic: Traffic): number | null {
  if (traffic.pattern !== 'jobs') return null
  return traffic.jobsPerSecond! * traffic.jobsInRow! * meanJobSeconds(traffic)
}

/**
 * Instants of a channel at which something comes, per second: what a held poll waits for. A burst is one; what a session
 * waits for has begun with it, so that no part of its wait lies behind (∞).
 */
export function wakesPerSecond({ pattern, arrivals, burstCount, messagesPerSecondPerChannel }: Traffic): number {
  if (pattern === 'jobs') return Number.POSITIVE_INFINITY
  return arrivals === 'burst' ? messagesPerSecondPerChannel / (burstCount ?? 1) : messagesPerSecondPerChannel
}

/** The load in words. */
export function loadText(workload: Workload): string {
  const { traffic } = workload
  const rate = Number(messagesPerSecondOf(workload).toPrecision(6))
  const deliveries = Number(expectedDeliveries(workload, msPerSecond).toPrecision(6))
  const total = `${rate} messages/s in all, ${deliveries} deliveries/s expected`
  if (traffic.pattern !== 'jobs')
    return `${channelCountOf(workload)} channels × ${traffic.messagesPerSecondPerChannel} messages/s = ${total}`
  const { jobsPerSecond, jobsInRow, messagesPerJob } = traffic
  return `${jobsPerSecond} sessions/s × ${jobsInRow} jobs × ${messagesPerJob} messages = ${total}, about ${Math.round(expectedSessionCount(traffic)!)} sessions at once`
}

const nothing: Schedule = { offsetsUs: new Float64Array(0), channels: new Uint32Array(0) }

/** Name of a channel on the wire. A job's channel is named by the server. */
export function channelName(channel: number): string {
  return `c${channel}`
}

/** What a trial sends to whom. */
export interface TrafficPlan {
  /** Channel of each client. */
  channelOfClient: number[]
  /** Channels of this trial; the probe's comes after them. */
  channelCount: number
  schedule: Schedule
  /** Sessions instead of clients; their messages join the schedule after the run. */
  jobs: JobPlan | undefined
}

/**
 * Turns the traffic of a trial into channels and a schedule. The same purpose of the same seed gives the same plan.
 *
 * @param channelCount of the whole scenario; a trial without clients (the control row) publishes on all channels too
 * @param randomOf an independent source for each purpose
 */
export function planTraffic(
  { traffic, phases }: Pick<Scenario, 'traffic' | 'phases'>,
  clientCount: number,
  channelCount: number,
  randomOf: (purpose: string) => Random,
): TrafficPlan {
  const durationUs = (phases.warmUpMs + phases.measuredMs) * usPerMs
  const { arrivals, messagesPerSecondPerChannel, burstCount = 1, burstGapMs = 0 } = traffic
  const rates = { arrivals, channelCount, messagesPerSecondPerChannel, burstCount, burstGapUs: burstGapMs * usPerMs, durationUs }
  if (traffic.pattern === 'jobs' && clientCount > 0) {
    const jobs = planJobs(traffic, durationUs, randomOf)
    const jobCount = jobs.durationsUs.length
    // Each job is a client of the ledger with a channel of its own.
    return { channelOfClient: Array.from({ length: jobCount }, (_, job) => job), channelCount: jobCount, schedule: nothing, jobs }
  }
  const channelOfClient = channelsOfClients(traffic, clientCount, channelCount, randomOf)
  const schedule = buildSchedule(rates, randomOf('schedule'))
  return {
    channelOfClient,
    channelCount,
    jobs: undefined,
    schedule: traffic.sender === 'clients' && clientCount > 0 ? withSenders(schedule, channelOfClient, randomOf('senders')) : schedule,
  }
}

function channelsOfClients(traffic: Traffic, clientCount: number, channelCount: number, randomOf: (purpose: string) => Random): number[] {
  if (traffic.pattern === 'topics') {
    const draw = zipf(channelCount, traffic.popularityExponent!, randomOf('topics'))
    return Array.from({ length: clientCount }, draw)
  }
  const perChannel = traffic.pattern === 'broadcast' ? Infinity : (traffic.roomSize ?? 1)
  return Array.from({ length: clientCount }, (_, client) => Math.floor(client / perChannel))
}

/** Draws 0 to count − 1 with chances in proportion to (k + 1)^−exponent: Zipf's law over a finite number of ranks. */
export function zipf(count: number, exponent: number, random: Random): () => number {
  const upTo = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) upTo[rank] = sum += (rank + 1) ** -exponent
  return () => {
    const at = random() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (upTo[middle]! > at) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Gives each message a sender, drawn evenly from the members of its channel. Messages without a possible sender are left out. */
function withSenders({ offsetsUs, channels }: Schedule, channelOfClient: readonly number[], random: Random): Schedule {
  const members = new Map<number, number[]>()
  for (const [client, channel] of channelOfClient.entries()) {
    const present = members.get(channel)
    if (present === undefined) members.set(channel, [client])
    else present.push(client)
  }
  const kept = [...channels.keys()].filter((message) => members.has(channels[message]!))
  return {
    offsetsUs: Float64Array.from(kept, (message) => offsetsUs[message]!),
    channels: Uint32Array.from(kept, (message) => channels[message]!),
    senders: Uint32Array.from(kept, (message) => {
      const present = members.get(channels[message]!)!
      return present[Math.floor(random() * present.length)]!
    }),
  }
}
