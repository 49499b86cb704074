import { nowUs, sleepMs, sleepUntil } from '../core/clock.ts'
import { HarnessError } from '../core/errors.ts'
import { seededRandom } from '../core/random.ts'
import { usPerMs } from '../core/units.ts'
import { FaultRunner, plannedOutages } from './fault-runner.ts'
import { HiccupMeter } from '../machine/hiccup-meter.ts'
import { intervalReporter } from './interval-reporter.ts'
import { MeasuredWindow } from './measured-window.ts'
import type { PhaseMark, TrialObservation } from './observation.ts'
import { probeChannel, probeMessagesPerSecond } from '../traffic/probe.ts'
import { samplePeriodMs, sampleWindow } from './sampler.ts'
import { idOf } from '../machine/member.ts'
import { descriptorCount, descriptorLimitCount } from '../machine/proc.ts'
import { withConstantChannel } from '../traffic/schedule.ts'
import { completeSchedule } from '../traffic/job-schedule.ts'
import { wholeReport } from '../traffic/send-shares.ts'
import { channelName, planTraffic } from '../traffic/traffic-plan.ts'
import { agreeOnCounts, drain } from './trial-drain.ts'
import type { TrialNotice, TrialSpec } from './trial-spec.ts'
import { TrialProcesses } from './trial-processes.ts'
import { connectInSteps, connectProbes, heldClientCount, primeConnections, serverPoint, waitForGone } from './trial-ramp.ts'

const settleMs = 200
/** Time for the orders to reach all processes before the schedule starts. */
const leadMs = 100
/** Longest wait for word of a dead process, after the first sign of its death. */
const deathAllowanceMs = 500
/** Longest wait for the connections to end after a stop. */
const shortGoneMs = 200

/**
 * Runs one contender once, in the processes and the network namespace of the caller. Leaves no process behind.
 *
 * @param window for the caller to close early: what was measured by then is the result
 */
export async function runTrial(
  spec: TrialSpec,
  notify: (notice: TrialNotice) => void,
  window = new MeasuredWindow(),
): Promise<TrialObservation> {
  const processes = new TrialProcesses(spec)
  const hiccupMeter = new HiccupMeter()
  const abandon = (): void => {
    processes.kill()
    hiccupMeter.kill()
  }
  process.once('exit', abandon)
  const failing = processes.died.then((error) => {
    throw error
  })
  try {
    // Without its members a trial has nothing to wait for: the death of one ends it then.
    const observation = await Promise.race([observe(spec, { processes, hiccupMeter, window }, notify), failing])
    if (window.isClosedEarly) abandon()
    else await processes.stop()
    await processes.ended()
    return observation
  } catch (error) {
    const cause = error instanceof HarnessError ? error : await causeOf(error, processes.died)
    abandon()
    await processes.ended()
    throw cause
  } finally {
    process.off('exit', abandon)
  }
}

/** The error of a socket may come before word of the death that broke it. */
function causeOf(thrown: unknown, died: Promise<Error>): Promise<unknown> {
  return Promise.race([died, sleepMs(deathAllowanceMs).then(() => thrown)])
}

async function observe(
  spec: TrialSpec,
  { processes, hiccupMeter, window }: { processes: TrialProcesses; hiccupMeter: HiccupMeter; window: MeasuredWindow },
  notify: (notice: TrialNotice) => void,
): Promise<TrialObservation> {
  const { clientCount, scenario } = spec
  const phases: PhaseMark[] = []
  const enter = (name: string, detail = ''): void => {
    const atUs = nowUs()
    phases.push({ name, atUs })
    notify({ kind: 'phase', name, atUs, detail })
  }
  const startedAtUs = nowUs()

  enter('launch')
  const { warmUpMs, measuredMs } = scenario.phases
  const {
    channelOfClient,
    channelCount,
    schedule: own,
    jobs,
  } = planTraffic(scenario, clientCount, spec.channelCount, (purpose) => seededRandom(spec.seed, purpose))
  const channelNames = Array.from({ length: channelCount }, (_, channel) => channelName(channel))
  const durationUs = (warmUpMs + measuredMs) * usPerMs
  const schedule =
    spec.probeClientCount === 0
      ? own
      : withConstantChannel(own, channelCount, probeMessagesPerSecond, durationUs, seededRandom(spec.seed, 'probe'))
  await processes.start(
    [...channelNames, probeChannel],
    channelOfClient.map((channel) => channelNames[channel]!),
    schedule,
    jobs,
  )
  await hiccupMeter.start(spec.isSampled ? undefined : [])
  const members = processes.members.map(idOf)
  const descriptors = members.map(({ pid }) => ({
    descriptorLimitCount: descriptorLimitCount(pid),
    ownDescriptorCount: descriptorCount(pid),
  }))
  notify({ kind: 'members', members })
  // Sessions come with the traffic: none of them is there before it.
  const rampCount = jobs === undefined ? clientCount : 0
  await primeConnections(processes, { ...spec, clientCount: rampCount })
  const probes = await connectProbes(processes, spec)
  const baseline = await serverPoint(processes, 0)

  enter('connect', `${rampCount} clients`)
  const ramp = await connectInSteps(processes, { ...spec, clientCount: rampCount }, probes)

  enter('settle')
  await sleepMs(settleMs)
  const idle = ramp.at(-1)?.point ?? baseline
  const subscribedCount = ramp.flatMap(({ connect }) => connect).reduce((sum, report) => sum + report.subscribedCount, 0)
  const heldCount = rampCount === 0 ? null : await heldClientCount(processes, spec, { subscribedCount, probes, waitMs: settleMs })

  enter('warm-up')
  const startAtUs = nowUs() + leadMs * usPerMs
  const fromAtUs = startAtUs + warmUpMs * usPerMs
  const planned = { fromAtUs, untilAtUs: fromAtUs + measuredMs * usPerMs }
  window.plan(planned.fromAtUs, planned.untilAtUs, (untilAtUs) => processes.closeWindow(untilAtUs))
  notify({ kind: 'window', startAtUs, ...planned })
  const outages = plannedOutages(scenario.faults, fromAtUs)
  await Promise.all([
    // A pause of the server by plan shows in its own figures; in those of the others it does not count.
    ...processes.members.map((member) => member.window(member === processes.server ? planned : { ...planned, outages })),
    processes.publisher.ask('run', { startAtUs }),
    ...(schedule.senders === undefined && jobs === undefined ? [] : [processes.clientHosts.ask('run', { startAtUs })]),
    hiccupMeter.window(planned),
  ])
  await sleepUntil(fromAtUs - leadMs * usPerMs)
  const sampling = sampleWindow(
    processes.members,
    window,
    intervalReporter(spec, { serverKey: processes.server.key, fromAtUs }, notify),
    spec.isSampled ? samplePeriodMs : Infinity,
  )
  const faultRunner = new FaultRunner(processes, window, spec.seed)
  const faulting = faultRunner.run(scenario.faults ?? [])
  await sleepUntil(fromAtUs)
  enter('measure')
  const [samples, faults] = await Promise.all([sampling, faulting])

  // The meter's threads sleep through to the planned end.
  const hiccups = window.isClosedEarly ? { reason: 'the window was closed early' } : await hiccupMeter.report()

  enter('drain')
  const drained = await drain(
    processes,
    spec,
    {
      schedule,
      startAtUs,
      channelOfClient: jobs === undefined ? channelOfClient : [],
      probeChannel: channelCount,
      probesSubscribedCount: probes.subscribedCount,
    },
    window,
    samples,
  )
  await Promise.all([processes.clientHosts.ask('quiesce', undefined), processes.probeHosts.ask('quiesce', undefined)])
  await agreeOnCounts(processes, window, spec.timeouts)
  const clientHosts = await processes.clientHosts.ask('report', undefined)
  const [probeHost] = await processes.probeHosts.ask('report', undefined)
  const path = await Promise.all(processes.path.map(async (link) => ({ id: link.planned.id, ...(await link.ask('report', undefined)) })))
  // With its clients still there: settings are read off their sockets.
  const serverAtWork = await processes.server.report()
  const readings = await Promise.all(processes.members.map((member) => member.reading()))

  const whole = wholeReport(
    schedule,
    drained.publisher,
    clientHosts.map(({ sent }) => sent),
  )
  const all = { schedule, publisher: whole, clientHosts, probeHost }
  const completed = jobs === undefined ? { ...all, jobs } : completeSchedule(all, jobs, startAtUs)

  enter('disconnect')
  await processes.clientHosts.ask('disconnect', undefined)
  await waitForGone(processes.server.pid, baseline.descriptorCount, window.isClosedEarly ? shortGoneMs : spec.timeouts.noticeMs)
  const after = await serverPoint(processes, 0)
  const serverAtEnd = await processes.server.report()
  enter('stop')
  return {
    spec,
    startedAtUs,
    phases,
    channelOfClient,
    channelCount,
    startAtUs,
    fromAtUs,
    untilAtUs: window.untilAtUs,
    plannedUntilAtUs: planned.untilAtUs,
    isClosedEarly: window.isClosedEarly,
    ramp,
    heldCount,
    baseline,
    idle,
    after,
    samples,
    drain: drained.drain,
    hiccups,
    members: members.map((member, at) => ({ ...member, ...descriptors[at]!, window: readings[at]! })),
    server: serverAtWork === null || serverAtEnd === null ? null : { ...serverAtWork, counters: serverAtEnd.counters },
    earlierLives: processes.server.earlierLives,
    faults,
    networkBeforeFaults: faultRunner.networkBefore,
    path,
    ...completed,
  }
}
