import type { Progress } from '../core/client-host-control.ts'
import { nowUs, sleepMs, sleepUntil } from '../core/clock.ts'
import type { PublisherReport } from '../core/publisher-control.ts'
import { usPerMs } from '../core/units.ts'
import type { TrialSpec } from './trial-spec.ts'
import { EndMarkers } from './end-markers.ts'
import type { MeasuredWindow } from './measured-window.ts'
import type { DrainObservation } from './observation.ts'
import { sampleAfter, type WindowSamples } from './sampler.ts'
import type { Schedule } from '../traffic/schedule.ts'
import type { TrialProcesses } from './trial-processes.ts'

const pollMs = 25
/** Late duplicates show within this time after the last expected delivery. */
const lateDuplicateMs = 250
/** A user who has pressed Ctrl-C waits for it. */
const shortDrainMs = 500
/** Fewest tries, however long each takes on a busy machine. */
const agreeTries = 40
const shortAgreeTries = 4

/** What a trial is to deliver, and to whom. */
export interface Expected {
  schedule: Schedule
  startAtUs: number
  channelOfClient: readonly number[]
  probeChannel: number
  probesSubscribedCount: number
}

/**
 * Waits until every expected delivery came and late duplicates had their time, at the latest until the drain's deadline,
 * which counts from the instant at which all messages had left, whenever that was. Meanwhile the end marker is published,
 * so that the ledger can separate what is lost from what is late.
 *
 * @param samples of the measured window that has just ended
 */
export async function drain(
  processes: TrialProcesses,
  spec: TrialSpec,
  expected: Expected,
  window: MeasuredWindow,
  samples: WindowSamples,
): Promise<{ publisher: PublisherReport; drain: DrainObservation }> {
  const expectedCount = countOf(expected, window.untilAtUs)
  const drainMs = window.isClosedEarly ? shortDrainMs : spec.timeouts.drainMs
  const endedAtUs = nowUs()
  const watch = new DrainWatch(processes)
  const isSettled = await allSent(processes, watch, { window, areClientsSending: expected.schedule.senders !== undefined, drainMs })
  const deadlineAtUs = (window.isClosedEarly ? endedAtUs : nowUs()) + drainMs * usPerMs
  const markers = new EndMarkers(processes)
  let hasAll = false
  while (!hasAll && nowUs() < deadlineAtUs) {
    const progress = await watch.progress()
    const sum = (key: keyof Progress): number => progress.reduce((total, host) => total + host[key], 0)
    // A duplicate may stand in for a missing delivery, unless all came in order or the end marker came behind them.
    const isCertain = sum('inOrderCount') >= expectedCount || sum('unmarkedCount') === 0
    hasAll = isCertain && sum('outstandingCount') === 0 && sum('deliveryCount') >= expectedCount
    if (hasAll) break
    markers.publishIfDue()
    await watch.pause()
  }
  await sleepUntil(Math.min(deadlineAtUs, nowUs() + lateDuplicateMs * usPerMs))
  const publisher = await processes.publisher.ask('report', undefined)
  const after = hasAll ? null : await sampleAfter(samples, processes.members)
  return { publisher, drain: { isSettled, stallMaxUs: watch.stallMaxUs, samples: after } }
}

/** Deliveries that are due before this instant, the probe's included. */
function countOf({ schedule, startAtUs, channelOfClient, probeChannel, probesSubscribedCount }: Expected, untilAtUs: number): number {
  const subscribers = new Map<number, number>()
  for (const channel of channelOfClient) subscribers.set(channel, (subscribers.get(channel) ?? 0) + 1)
  subscribers.set(probeChannel, probesSubscribedCount)
  let count = 0
  for (const [message, channel] of schedule.channels.entries())
    if (startAtUs + schedule.offsetsUs[message]! < untilAtUs) count += subscribers.get(channel) ?? 0
  return count
}

/**
 * Waits until all messages have left, at most as long as the drain may last. What clients have sent must have reached the
 * server too: the end marker comes on a connection of its own, and would overtake it.
 *
 * @returns false when the marker may overtake a message
 */
async function allSent(
  processes: TrialProcesses,
  watch: DrainWatch,
  { window, areClientsSending, drainMs }: { window: MeasuredWindow; areClientsSending: boolean; drainMs: number },
): Promise<boolean> {
  const deadlineAtUs = nowUs() + drainMs * usPerMs
  for (;;) {
    const { nextDueAtUs } = await processes.publisher.ask('progress', undefined)
    const progress = await watch.progress()
    const hasLeft = Math.min(nextDueAtUs, ...progress.map(({ nextSendAtUs }) => nextSendAtUs)) >= window.untilAtUs
    if (hasLeft && !areClientsSending) return true
    const server = areClientsSending ? await processes.server.report() : null
    if (hasLeft && server === null) return false
    const sentCount = progress.reduce((sum, { upstreamSentCount }) => sum + upstreamSentCount, 0)
    if (hasLeft && server!.counters.upstreamCount >= sentCount) return true
    if (nowUs() >= deadlineAtUs) return false
    await watch.pause()
  }
}

/** Asks the client hosts how far they are, and measures how long they or this process stalled meanwhile. */
class DrainWatch {
  readonly #processes: TrialProcesses
  stallMaxUs = 0

  constructor(processes: TrialProcesses) {
    this.#processes = processes
  }

  async progress(): Promise<Progress[]> {
    const askedAtUs = nowUs()
    const progress = await progressOf(this.#processes)
    this.#note(nowUs() - askedAtUs)
    return progress
  }

  async pause(): Promise<void> {
    const fromAtUs = nowUs()
    await sleepMs(pollMs)
    this.#note(nowUs() - fromAtUs - pollMs * usPerMs)
  }

  #note(lateUs: number): void {
    this.stallMaxUs = Math.max(this.stallMaxUs, lateUs)
  }
}

/**
 * Lets requests that are just under way arrive, so that both sides count the same: the server's count is read before and
 * after the clients', until nothing moved between. A remaining disagreement is part of the result.
 */
export async function agreeOnCounts(
  processes: TrialProcesses,
  { isClosedEarly }: MeasuredWindow,
  { agreeMs }: TrialSpec['timeouts'],
): Promise<void> {
  // What a killed server counted is not known: there is nothing to agree on.
  if (processes.server.earlierLives.some(({ counters }) => counters === null)) return
  const tries = isClosedEarly ? shortAgreeTries : agreeTries
  const deadlineAtUs = isClosedEarly ? 0 : nowUs() + agreeMs * usPerMs
  for (let tried = 0; tried < tries || nowUs() < deadlineAtUs; tried++) {
    const before = await processes.server.report()
    if (before === null) return
    const progress = await progressOf(processes)
    if (before.counters.requestCount === progress.reduce((sum, { sentCount }) => sum + sentCount, 0)) return
    await sleepMs(pollMs)
  }
}

async function progressOf({ clientHosts, probeHosts }: TrialProcesses): Promise<Progress[]> {
  return (await Promise.all([clientHosts, probeHosts].map((group) => group.ask('progress', undefined)))).flat()
}
