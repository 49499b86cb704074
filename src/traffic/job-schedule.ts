import type { JobsReport } from '../core/client-work.ts'
import type { ClientHostReport } from '../core/client-host-control.ts'
import type { PublisherReport } from '../core/publisher-control.ts'
import { corruptedFlag, renumberDeliveries } from '../core/recorder.ts'
import type { JobPlan } from './job-plan.ts'
import type { Schedule } from './schedule.ts'

/** The jobs that were asked for in a trial, by their number. */
export interface JobsSeen extends Omit<JobsReport, 'jobs'> {
  plan: JobPlan
  /** Jobs that were asked for, in their order; the columns follow it. */
  jobs: Uint32Array
  /** Place of each message of the completed schedule within its job; of a message of no job it says nothing. */
  placeOfMessage: Uint32Array
}

/** What a trial saw of its messages, by their sequence in the schedule. */
interface Seen {
  schedule: Schedule
  publisher: PublisherReport
  clientHosts: ClientHostReport[]
  probeHost: ClientHostReport | undefined
}

/**
 * Completes the schedule after the run, when it is known when each job was asked for, and gives every message its place in
 * due order.
 *
 * Message k of a job is due at the due instant of its request + the job's duration + k × gap: known to the client side
 * alone, so that a stalled server does not stop the clock. It counts as published as late as its request was:
 * the lag of the generator, while what the server adds is latency. Messages of jobs that no session requested are not planned.
 *
 * @param schedule what the publisher sends, which has the first sequences
 * @param startAtUs of the schedule, on the clock of the reports
 */
export function completeSchedule(seen: Seen, plan: JobPlan, startAtUs: number): Seen & { jobs: JobsSeen } {
  const { schedule, publisher, clientHosts, probeHost } = seen
  const { messagesPerJob, gapUs, durationsUs } = plan
  const jobs = mergedJobs(clientHosts)
  const publisherCount = schedule.offsetsUs.length
  const messages = [...schedule.offsetsUs].map((offsetUs, sequence) => ({
    sequence,
    offsetUs,
    channel: schedule.channels[sequence]!,
    publishedAtUs: publisher.publishedAtUs[sequence]!,
    place: 0,
  }))
  for (const [row, job] of jobs.jobs.entries()) {
    const firstDueAtUs = jobs.dueAtUs[row]! + durationsUs[job]!
    const lagUs = jobs.sentAtUs[row]! - jobs.dueAtUs[row]!
    for (let place = 0; place < messagesPerJob; place++) {
      const dueAtUs = firstDueAtUs + Math.floor(place * gapUs)
      const sequence = publisherCount + job * messagesPerJob + place
      messages.push({ sequence, offsetUs: dueAtUs - startAtUs, channel: job, publishedAtUs: dueAtUs + lagUs, place })
    }
  }
  messages.sort((a, b) => a.offsetUs - b.offsetUs || a.sequence - b.sequence)
  const final = new Map(messages.map(({ sequence }, at) => [sequence, at]))
  // A message that the completed schedule does not have stays unexpected.
  const numberOf = (sequence: number): number => final.get(sequence) ?? corruptedFlag - 1
  const renumber = <Report extends ClientHostReport>(host: Report): Report => ({
    ...host,
    deliveries: renumberDeliveries(host.deliveries, numberOf),
    probe: { ...host.probe, deliveries: renumberDeliveries(host.probe.deliveries, numberOf) },
  })
  return {
    schedule: {
      offsetsUs: Float64Array.from(messages, ({ offsetUs }) => offsetUs),
      channels: Uint32Array.from(messages, ({ channel }) => channel),
    },
    publisher: { ...publisher, publishedAtUs: Float64Array.from(messages, ({ publishedAtUs }) => publishedAtUs) },
    clientHosts: clientHosts.map(renumber),
    probeHost: probeHost === undefined ? undefined : renumber(probeHost),
    jobs: { ...jobs, plan, placeOfMessage: Uint32Array.from(messages, ({ place }) => place) },
  }
}

/** What all hosts asked for, by the number of the job. */
function mergedJobs(hosts: readonly ClientHostReport[]): JobsReport {
  const rows = hosts
    .flatMap(({ jobs }) => (jobs === undefined ? [] : Array.from(jobs.jobs, (job, row) => ({ job, row, jobs }))))
    .sort((a, b) => a.job - b.job)
  return {
    jobs: Uint32Array.from(rows, ({ job }) => job),
    dueAtUs: Float64Array.from(rows, ({ jobs, row }) => jobs.dueAtUs[row]!),
    sentAtUs: Float64Array.from(rows, ({ jobs, row }) => jobs.sentAtUs[row]!),
    subscribedAfterUs: Float64Array.from(rows, ({ jobs, row }) => jobs.subscribedAfterUs[row]!),
    requestCounts: Uint32Array.from(rows, ({ jobs, row }) => jobs.requestCounts[row]!),
  }
}
