import { harnessError } from '../core/errors.ts'
import { exponential, type Random } from '../core/random.ts'
import { usPerSecond } from '../core/units.ts'

export interface ScheduleOptions {
  arrivals: 'poisson' | 'constant' | 'burst'
  channelCount: number
  messagesPerSecondPerChannel: number
  /** Messages of a burst; 1 for the other arrivals. */
  burstCount: number
  /** Between two messages of a burst; absent = 0. */
  burstGapUs?: number
  durationUs: number
}

/** Due instants in µs after the start, ascending, and the channel of each; index = sequence of the message. */
export interface Schedule {
  offsetsUs: Float64Array
  channels: Uint32Array
  /** The client that sends each message, `publisherSends` where it is the publisher; absent = the publisher sends all. */
  senders?: Uint32Array
}

/** Stands in `senders` for the publisher. */
export const publisherSends = 0xffff_ffff

/**
 * The absolute schedule of an open loop: it never waits for an answer, and a late publish does not shift the next one.
 *
 * Poisson channels are drawn as one Poisson process of their summed rate with a uniform channel each, which is the same
 * process. Constant and burst channels have seeded phases. Computed from k × gap, so that errors do not add up.
 *
 * @throws {HarnessError} ERR_SCHEDULE_RATE if the rate or the duration is not a finite number of at least 0
 */
export function buildSchedule(options: ScheduleOptions, random: Random): Schedule {
  const { messagesPerSecondPerChannel: rate, durationUs } = options
  if (!(rate >= 0 && Number.isFinite(rate) && durationUs >= 0 && Number.isFinite(durationUs))) {
    throw harnessError(
      'ERR_SCHEDULE_RATE',
      `schedule: rate ${rate}/s over ${durationUs} µs is not a finite load. Give a rate of at least 0.`,
    )
  }
  if (rate === 0) return { offsetsUs: new Float64Array(0), channels: new Uint32Array(0) }
  return options.arrivals === 'poisson' ? poisson(options, random) : periodic(options, random)
}

/**
 * The same schedule with one more channel that is fed at a constant rate. Messages of the first keep their instants, not
 * their sequences.
 */
export function withConstantChannel(
  schedule: Schedule,
  channel: number,
  messagesPerSecond: number,
  durationUs: number,
  random: Random,
): Schedule {
  const extra = buildSchedule(
    { arrivals: 'constant', channelCount: 1, messagesPerSecondPerChannel: messagesPerSecond, burstCount: 1, durationUs },
    random,
  )
  const due = Array.from(schedule.offsetsUs, (atUs, index) => ({
    atUs,
    channel: schedule.channels[index]!,
    sender: schedule.senders?.[index] ?? publisherSends,
  }))
    .concat(Array.from(extra.offsetsUs, (atUs) => ({ atUs, channel, sender: publisherSends })))
    .sort((a, b) => a.atUs - b.atUs)
  return schedule.senders === undefined ? columnsOf(due) : { ...columnsOf(due), senders: Uint32Array.from(due, ({ sender }) => sender) }
}

function poisson({ channelCount, messagesPerSecondPerChannel, durationUs }: ScheduleOptions, random: Random): Schedule {
  const meanGapUs = usPerSecond / (messagesPerSecondPerChannel * channelCount)
  const offsets: number[] = []
  const channels: number[] = []
  for (let atUs = exponential(random, meanGapUs); atUs < durationUs; atUs += exponential(random, meanGapUs)) {
    offsets.push(Math.floor(atUs))
    channels.push(Math.floor(random() * channelCount))
  }
  return { offsetsUs: Float64Array.from(offsets), channels: Uint32Array.from(channels) }
}

function periodic(options: ScheduleOptions, random: Random): Schedule {
  const { channelCount, messagesPerSecondPerChannel, burstCount, burstGapUs = 0, durationUs } = options
  const gapUs = (usPerSecond * burstCount) / messagesPerSecondPerChannel
  const due: { atUs: number; channel: number }[] = []
  for (let channel = 0; channel < channelCount; channel++) {
    const phaseUs = random() * gapUs
    for (let k = 0; phaseUs + k * gapUs < durationUs; k++) {
      for (let copy = 0; copy < burstCount; copy++) due.push({ atUs: Math.floor(phaseUs + k * gapUs + copy * burstGapUs), channel })
    }
  }
  due.sort((a, b) => a.atUs - b.atUs)
  return columnsOf(due)
}

function columnsOf(due: readonly { atUs: number; channel: number }[]): Schedule {
  return { offsetsUs: Float64Array.from(due, (entry) => entry.atUs), channels: Uint32Array.from(due, (entry) => entry.channel) }
}
