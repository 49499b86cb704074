import type { SendSpec, SentReport } from '../core/client-work.ts'
import type { PublisherReport, PublisherStart } from '../core/publisher-control.ts'
import { publisherSends, type Schedule } from './schedule.ts'

/** The part of a schedule that the publisher sends, with the sequence of each message. */
export function publisherShare({ offsetsUs, channels, senders }: Schedule): Pick<PublisherStart, 'offsetsUs' | 'channels' | 'sequences'> {
  const sequences = Uint32Array.from([...offsetsUs.keys()].filter((message) => (senders?.[message] ?? publisherSends) === publisherSends))
  return {
    offsetsUs: Float64Array.from(sequences, (message) => offsetsUs[message]!),
    channels: Uint32Array.from(sequences, (message) => channels[message]!),
    sequences,
  }
}

/** What the clients from `first` to before `end` send; undefined when clients send nothing in this trial. */
export function hostShare({ offsetsUs, senders }: Schedule, first: number, end: number, messageBytes: number): SendSpec | undefined {
  if (senders === undefined) return undefined
  const sequences = Uint32Array.from([...senders.keys()].filter((message) => senders[message]! >= first && senders[message]! < end))
  return {
    offsetsUs: Float64Array.from(sequences, (message) => offsetsUs[message]!),
    sequences,
    clients: Uint32Array.from(sequences, (message) => senders[message]!),
    messageBytes,
  }
}

/** The publisher's report with the instants of all messages by sequence, whoever sent them. */
export function wholeReport(schedule: Schedule, publisher: PublisherReport, sent: readonly (SentReport | undefined)[]): PublisherReport {
  const publishedAtUs = new Float64Array(schedule.offsetsUs.length).fill(Number.NaN)
  for (const { sequences, atUs } of [
    { sequences: publisherShare(schedule).sequences, atUs: publisher.publishedAtUs },
    ...sent.filter((part) => part !== undefined),
  ])
    for (const [entry, sequence] of sequences.entries()) publishedAtUs[sequence] = atUs[entry]!
  return { ...publisher, publishedAtUs }
}
