import { nullReasons } from '../core/result-parts.ts'
import type { TrialResult } from '../core/result.ts'
import { usPerMs } from '../core/units.ts'
import { latencyByDue, timeline } from '../metrics/timeline.ts'
import type { LedgerOutcome } from '../metrics/ledger.ts'
import { steadyState } from '../metrics/steady-state.ts'
import { coreCountOf } from '../machine/pinning.ts'
import { cpuMsPerSecond, samplePeriodMs } from '../trial/sampler.ts'
import { serverOf, type TrialObservation } from '../trial/observation.ts'
import { notReported } from './loop-figures.ts'

/** The measured window in slices: what was due, what came and how late, what was asked, what the server spent. */
export function trialTimeline(observation: TrialObservation, outcome: LedgerOutcome): TrialResult['timeline'] {
  const { spec, fromAtUs, untilAtUs, startAtUs, schedule, clientHosts, samples } = observation
  const { key, role, window } = serverOf(observation)
  const serverSamples = samples.byMember.get(key) ?? []
  const coreCount = coreCountOf(spec.cores.server)
  const slices = timeline({
    fromAtUs,
    untilAtUs,
    dueAtUs: schedule.offsetsUs.map((offset) => startAtUs + offset),
    messageOf: outcome.messageOf,
    receivedAtUs: outcome.receivedAtUs,
    latenciesUs: outcome.latenciesUs,
    expectedOfMessage: outcome.expectedOfMessage,
  })
  return slices.map(({ reasons, ...slice }, index) => {
    const sliceFromUs = fromAtUs + index * samplePeriodMs * usPerMs
    const pauses = window?.gcPauses.filter(({ atUs }) => atUs >= sliceFromUs && atUs < sliceFromUs + samplePeriodMs * usPerMs)
    const ofServer = {
      serverCpuMsPerSecond: cpuMsPerSecond(serverSamples.slice(index, index + 2), coreCount),
      serverGcUs: pauses?.reduce((sum, pause) => sum + pause.durationUs, 0) ?? null,
    }
    const whyNone = { serverCpuMsPerSecond: 'no sample at the edge of this slice', serverGcUs: notReported(role) }
    return {
      ...slice,
      requestCount: clientHosts.reduce((sum, host) => sum + (host.timeline[index] ?? 0), 0),
      ...ofServer,
      reasons: { ...reasons, ...nullReasons(ofServer, whyNone) },
    }
  })
}

/** From when on the trial was steady: latency from the first traffic on, server CPU in the measured window. */
export function trialSteadyState(
  { startAtUs, fromAtUs, untilAtUs, schedule }: TrialObservation,
  outcome: LedgerOutcome,
  slices: TrialResult['timeline'],
): TrialResult['steadyState'] {
  const dueAtUs = schedule.offsetsUs.map((offset) => startAtUs + offset)
  const wholeSlices = Math.floor((untilAtUs - fromAtUs) / (samplePeriodMs * usPerMs))
  return steadyState({
    warmUpMs: (fromAtUs - startAtUs) / usPerMs,
    latencyP50Us: latencyByDue([outcome.warmUp, outcome], dueAtUs, { fromAtUs: startAtUs, untilAtUs }),
    cpuMsPerSecond: slices.slice(0, wholeSlices).map((slice) => slice.serverCpuMsPerSecond),
  })
}
