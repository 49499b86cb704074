import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { readConnectionEvents } from '../core/connection-log.ts'
import { deliveryCount } from '../core/recorder.ts'
import type { TrialResult } from '../core/result.ts'
import { overlapUs } from '../core/clock.ts'
import { nullReasons } from '../core/result-parts.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import { deliveryDistribution, noDeliveryDistribution } from '../metrics/message-intervals.ts'
import { judge } from '../metrics/gates.ts'
import { keepLedger, type LedgerOutcome } from '../metrics/ledger.ts'
import { splitRecovered, type SplitDeliveries } from '../metrics/recovered.ts'
import { absencesOf } from '../metrics/recovery.ts'
import { overduePairCount } from '../metrics/saturation.ts'
import { neverSubscribed } from '../metrics/pair-map.ts'
import { distribution, noDistribution } from '../metrics/quantiles.ts'
import { clientP99 } from '../metrics/spread.ts'
import { faultFigures } from './fault-figures.ts'
import { gateFacts } from './gate-facts.ts'
import { settledCounts, writeSchedule, subscribedChannels } from './schedule-file.ts'
import { loopFigures, notReadable } from './loop-figures.ts'
import { machineFigures } from './machine-figures.ts'
import { plannedWaits } from '../traffic/planned-waits.ts'
import { cpuMsPerSecond, peakOf, switchesOf, type WindowSamples } from '../trial/sampler.ts'
import { probeFigures } from './probe-figures.ts'
import { serverFigures } from './server-figures.ts'
import { byteFigures, connectionFigures, mergeCounts, requestFigures, whyNoDelivery } from './traffic-figures.ts'
import { trialSteadyState, trialTimeline } from './trial-timeline.ts'
import { echoLatency, figuresOfJobs } from './upstream-figures.ts'
import type { MemberObservation, TrialObservation } from '../trial/observation.ts'
import { noMessagesOffered } from '../scenario/scenario-meaning.ts'

/** Turns what a trial observed into its figures. Pure but for `deliveries.bin`, which it writes when the spec names a file. */
export function assembleTrial(observation: TrialObservation): TrialResult {
  const { spec, clientHosts, fromAtUs, untilAtUs } = observation
  const outcome = ledgerOf(observation)
  const { ledger } = outcome
  const absences = absencesOf(clientHosts.flatMap((host) => readConnectionEvents(host.connectionEvents)))
  const split = splitRecovered(outcome, absences, observation.publisher.publishedAtUs)
  // Of sessions those that have begun, each of their jobs for itself.
  const askedCount = observation.jobs?.jobs.length ?? spec.clientCount
  const subscribedCount = clientHosts.reduce((sum, host) => sum + host.subscribed.length, 0)
  const lagsUs = publisherLags(observation)
  const requests = requestFigures(observation, ledger.deliveredCount)
  const connections = connectionFigures(observation)
  const slices = trialTimeline(observation, outcome)
  const trial: Omit<TrialResult, 'validity'> = {
    contender: spec.contender.label,
    transport: spec.contender.transport,
    block: spec.block,
    position: spec.position,
    startedAt: new Date().toISOString(),
    phases: observation.phases.map(({ name, atUs }, index) => ({
      name,
      atMs: (atUs - observation.startedAtUs) / usPerMs,
      durationMs: ((observation.phases[index + 1]?.atUs ?? atUs) - atUs) / usPerMs,
    })),
    clients: {
      askedCount,
      subscribedCount,
      ...(observation.heldCount === null ? {} : { heldCount: observation.heldCount }),
      failedCount: askedCount - subscribedCount,
      faults: mergeCounts(clientHosts.map((host) => host.faults)),
    },
    ledger,
    ...latencyFigures(outcome, split, whyNoDelivery(observation)),
    ...(observation.schedule.senders === undefined
      ? {}
      : { echoLatencyUs: echoLatency(observation.schedule.senders, outcome, subscribedChannels(observation), neverSubscribed) }),
    publisherLagUs: distribution(lagsUs, { censoredCount: 0 }),
    requests,
    connections,
    bytes: byteFigures(observation, ledger.deliveredCount),
    ...serverFigures(observation, ledger.deliveredCount / ((untilAtUs - fromAtUs) / usPerMs / msPerSecond), ledger.deliveredCount),
    generator: observation.members.filter(({ role }) => role !== 'server').map((member) => generatorFigures(member, observation.samples)),
    machine: machineFigures({ ...observation, cores: spec.cores }),
    timeline: slices,
    ...(observation.jobs === undefined ? {} : { jobs: figuresOfJobs(observation, observation.jobs, outcome) }),
    probe: probeFigures(observation),
    steadyState: trialSteadyState(observation, outcome, slices),
    deliveries: writeDeliveries(observation),
    schedule: writeSchedule(observation),
    overdueCount: overduePairCount(outcome, untilAtUs, plannedWaits(spec).deliveryMs),
    ...faultFigures(observation, outcome),
  }
  return { ...trial, validity: judge(gateFacts(observation, trial, outcome, lagsUs)) }
}

function ledgerOf(observation: TrialObservation): LedgerOutcome {
  const { schedule, startAtUs, fromAtUs, untilAtUs, clientHosts, publisher } = observation
  return keepLedger({
    schedule: {
      dueAtUs: schedule.offsetsUs.map((offset) => startAtUs + offset),
      publishedAtUs: publisher.publishedAtUs,
      channel: schedule.channels,
      sender: schedule.senders,
    },
    clientChannel: subscribedChannels(observation),
    deliveries: clientHosts.map((host) => host.deliveries),
    measuredFromAtUs: fromAtUs,
    measuredUntilAtUs: untilAtUs,
    gapMessageCount: clientHosts.reduce((sum, host) => sum + host.gapMessageCount, 0),
    settledCountOf: settledCounts(observation),
  })
}

/** A delivery before its message was due means that clock or schedule are wrong: then no latency is shown, and a gate says why. */
function latencyFigures({ ledger, negativeCount }: LedgerOutcome, { live, recovered }: SplitDeliveries, whyNone: string) {
  const { latenciesUs, serviceLatenciesUs, messageOf, clientOf, expectedOfClient, expectedOfMessage } = live
  if (negativeCount > 0 || whyNone === noMessagesOffered) {
    const reason = negativeCount > 0 ? `${negativeCount} deliveries came before they were due` : whyNone
    return {
      deliveryLatencyUs: noDeliveryDistribution(reason),
      serviceLatencyUs: noDistribution(reason),
      clientP99Us: { median: null, max: null, reasons: { median: reason, max: reason } },
    }
  }
  const { censoredCount } = ledger
  return {
    deliveryLatencyUs: deliveryDistribution(latenciesUs, censoredCount, { messageOf, expectedOfMessage }),
    serviceLatencyUs: distribution(serviceLatenciesUs, { censoredCount, clusterOf: messageOf }),
    clientP99Us: clientP99(latenciesUs, clientOf, expectedOfClient),
    ...(recovered.latenciesUs.length === 0
      ? {}
      : { recoveredLatencyUs: distribution(recovered.latenciesUs, { censoredCount: 0, clusterOf: recovered.messageOf }) }),
  }
}

/** Lag of each publish that was due in the measured window, in µs; the time without a server by plan is not the publisher's. */
function publisherLags({ schedule, startAtUs, fromAtUs, untilAtUs, publisher }: TrialObservation): Float64Array {
  const lags: number[] = []
  for (const [sequence, offsetUs] of schedule.offsetsUs.entries()) {
    const dueAtUs = startAtUs + offsetUs
    const publishedAtUs = publisher.publishedAtUs[sequence]!
    if (dueAtUs >= fromAtUs && dueAtUs < untilAtUs && !Number.isNaN(publishedAtUs))
      lags.push(publishedAtUs - dueAtUs - overlapUs(publisher.outages, dueAtUs, publishedAtUs))
  }
  return Float64Array.from(lags)
}

function generatorFigures({ role, index, key, window }: MemberObservation, all: WindowSamples): TrialResult['generator'][number] {
  const samples = all.byMember.get(key) ?? []
  const figures = { peakRssBytes: peakOf(samples, 'rssBytes'), peakDescriptorCount: peakOf(samples, 'descriptorCount') }
  const processor = { cpuMsPerSecond: cpuMsPerSecond(samples), cpuUsPerDelivery: null, involuntarySwitchCount: switchesOf(key, all) }
  return {
    role,
    index,
    ...figures,
    processor: { ...processor, reasons: { ...nullReasons(processor, notReadable), cpuUsPerDelivery: 'measured for the server only' } },
    loop: loopFigures(window, role),
    reasons: nullReasons(figures, notReadable),
  }
}

function writeDeliveries({ spec, clientHosts }: TrialObservation): TrialResult['deliveries'] {
  if (spec.deliveriesFile === undefined) return null
  const bytes = Buffer.concat(clientHosts.map((host) => host.deliveries))
  writeFileSync(spec.deliveriesFile, bytes)
  return { file: basename(spec.deliveriesFile), sha256: createHash('sha256').update(bytes).digest('hex'), count: deliveryCount(bytes) }
}
