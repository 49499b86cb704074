import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { TrialResult } from '../core/result.ts'
import { scheduleBytes } from '../core/schedule-record.ts'
import { neverSubscribed } from '../metrics/pair-map.ts'
import type { TrialObservation } from '../trial/observation.ts'

/** Channel of each client, and `neverSubscribed` for those of whom nothing is expected. */
export function subscribedChannels({ channelOfClient, clientHosts }: TrialObservation): Uint32Array {
  const channels = new Uint32Array(channelOfClient.length).fill(neverSubscribed)
  for (const host of clientHosts) for (const client of host.subscribed) channels[client] = channelOfClient[client]!
  return channels
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
  })
  writeFileSync(join(dirname(spec.deliveriesFile), file), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return {
    file,
    sha256,
    messageCount: schedule.offsetsUs.length,
    clientCount: observation.channelOfClient.length,
    ...(schedule.senders === undefined ? {} : { hasSenders: true }),
    fromAtUs,
    untilAtUs,
  }
}
