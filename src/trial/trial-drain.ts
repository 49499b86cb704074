import type { Progress } from '../core/client-host-control.ts'
import { nowUs, sleepMs, sleepUntil } from '../core/clock.ts'
import type { PublisherReport } from '../core/publisher-control.ts'
import { usPerMs } from '../core/units.ts'
import type { TrialSpec } from './trial-spec.ts'
import type { MeasuredWindow } from './measured-window.ts'
import type { Schedule } from '../traffic/schedule.ts'
import type { TrialProcesses } from './trial-processes.ts'

const pollMs = 25
/** Late duplicates show within this time after the last expected delivery. */
const lateDuplicateMs = 250
/** Somebody who has pressed Ctrl-C waits for it. */
const shortDrainMs = 500
/** Fewest tries, however long each takes on a busy machine. */
const agreeTries = 40
const shortAgreeTries = 4

/** Waits until every expected delivery came and late duplicates had their time, at the latest until the drain's deadline. */
export async function drain(
  processes: TrialProcesses,
  spec: TrialSpec,
  {
    schedule,
    startAtUs,
    channelOfClient,
    probeChannel,
    probesSubscribedCount,
  }: {
    schedule: Schedule
    startAtUs: number
    channelOfClient: readonly number[]
    probeChannel: number
    probesSubscribedCount: number
  },
  window: MeasuredWindow,
): Promise<PublisherReport> {
  const subscribers = new Map<number, number>()
  for (const channel of channelOfClient) subscribers.set(channel, (subscribers.get(channel) ?? 0) + 1)
  subscribers.set(probeChannel, probesSubscribedCount)
  let expectedCount = 0
  for (const [message, channel] of schedule.channels.entries())
    if (startAtUs + schedule.offsetsUs[message]! < window.untilAtUs) expectedCount += subscribers.get(channel) ?? 0
  const drainMs = window.isClosedEarly ? shortDrainMs : spec.timeouts.drainMs
  const deadlineAtUs = window.untilAtUs + drainMs * usPerMs
  while (nowUs() < deadlineAtUs) {
    const progress = await progressOf(processes)
    const outstandingCount = progress.reduce((sum, host) => sum + host.outstandingCount, 0)
    if (outstandingCount === 0 && progress.reduce((sum, { deliveryCount }) => sum + deliveryCount, 0) >= expectedCount) break
    await sleepMs(pollMs)
  }
  await sleepUntil(Math.min(deadlineAtUs, nowUs() + lateDuplicateMs * usPerMs))
  return processes.publisher.ask('report', undefined)
}

/**
 * Lets requests that are just under way arrive, so that both sides count the same: the server's count is read before and
 * after the clients', until nothing moved between. A disagreement that stays is the result's to tell.
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
