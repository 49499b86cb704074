import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { allSettled } from '../core/client-host-control.ts'
import type { TrialResult } from '../core/result.ts'
import { neverSubscribed } from '../metrics/pair-map.ts'
import type { TrialObservation } from '../trial/observation.ts'
import { channelName } from '../traffic/traffic-plan.ts'

/** Channel of each client, and `neverSubscribed` for those without expected deliveries. */
export function subscribedChannels({ channelOfClient, clientHosts }: TrialObservation): Uint32Array {
  const channels = new Uint32Array(channelOfClient.length).fill(neverSubscribed)
  for (const host of clientHosts) for (const client of host.subscribed) channels[client] = channelOfClient[client]!
  return channels
}

/**
 * By client, how many messages of its channel are settled. The end marker says so of a client, unless it may have overtaken
 * messages; of one that is away, what has left the server's window is settled as well.
 */
export function settledCounts({ channelOfClient, clientHosts, drain, server }: TrialObservation): Uint32Array {
  const settled = new Uint32Array(channelOfClient.length)
  for (const host of clientHosts) {
    for (const [at, client] of host.subscribed.entries()) {
      const count = host.settledCounts[at]!
      settled[client] = count === allSettled && !drain.isSettled ? 0 : count
    }
    for (const client of host.away) {
      const goneCount = server?.goneCounts?.[channelName(channelOfClient[client]!)] ?? 0
      settled[client] = Math.max(settled[client]!, goneCount)
    }
  }
  return settled
}

/** Writes what the trial expected beside its deliveries, when those are kept: both together are the ledger. */
export function writeSchedule(observation: TrialObservation): TrialResult['schedule'] {
  const { spec, schedule, startAtUs, fromAtUs, untilAtUs, publisher } = observation
  if (spec.deliveriesFile === undefined) return null
  const file = basename(spec.deliveriesFile).replace('deliveries', 'schedule')
  const bytes = scheduleBytes({
    dueAtUs: schedule.offsetsUs.map((offset) => startAtUs + offset),
    publishedAtUs: publisher.publishedAtUs,
    channelOfMessage: schedule.channels,
    channelOfClient: subscribedChannels(observation),
    senderOfMessage: schedule.senders,
    settledCountOfClient: settledCounts(observation),
  })
  writeFileSync(join(dirname(spec.deliveriesFile), file), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return {
    file,
    sha256,
    messageCount: schedule.offsetsUs.length,
    clientCount: observation.channelOfClient.length,
    ...(schedule.senders === undefined ? {} : { hasSenders: true }),
    hasSettledCounts: true,
    fromAtUs,
    untilAtUs,
  }
}

/** What a trial expected, in columns: by message in due order, and by client. */
export interface ScheduleRecord {
  dueAtUs: Float64Array
  /** NaN = never published. */
  publishedAtUs: Float64Array
  channelOfMessage: Uint32Array
  /** 0xFFFFFFFF = never subscribed. */
  channelOfClient: Uint32Array
  /** Client that sent each message, 0xFFFFFFFF = the publisher; absent = the publisher sent all. */
  senderOfMessage?: Uint32Array | undefined
  /** 0xFFFFFFFF = all. */
  settledCountOfClient: Uint32Array
}

/**
 * The format of `schedule.bin`: the columns one after the other, in the machine's byte order: due (float64), published
 * (float64) and channel (uint32) of each message, then the channel (uint32) of each client, where clients send the sender
 * (uint32) of each message, and the settled messages (uint32) of each client. With it and `deliveries.bin` anybody can keep
 * the ledger again.
 */
export function scheduleBytes(record: ScheduleRecord): Uint8Array {
  const { dueAtUs, publishedAtUs, channelOfMessage, channelOfClient, senderOfMessage, settledCountOfClient } = record
  const senders = senderOfMessage === undefined ? [] : [senderOfMessage]
  const columns = [dueAtUs, publishedAtUs, channelOfMessage, channelOfClient, ...senders, settledCountOfClient]
  return Buffer.concat(columns.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)))
}
