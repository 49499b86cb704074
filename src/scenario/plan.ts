import type { ResultDocument } from '../core/result.ts'
import { seededRandom, shuffle } from '../core/random.ts'
import type { Scenario } from '../core/scenario.ts'
import { msPerSecond } from '../core/units.ts'
import { offersMessages, whyNoControl } from './scenario-meaning.ts'
import { plannedWaits, type PlannedTrial } from '../traffic/planned-waits.ts'
import { channelCountOf, expectedDeliveries, messagesPerSecondOf } from '../traffic/traffic-plan.ts'

/** Length of the control row, in ms. */
export const controlPhases = { warmUpMs: 250, measuredMs: 3_000 } as const

/**
 * Sequences of a Williams square for n treatments: each treatment once per row, once per position, and each pair of
 * neighbours equally often (Williams 1949), so that what one trial leaves behind does not favour another. Odd n needs
 * the mirrored rows too.
 */
export function williamsSquare(n: number): number[][] {
  const first = Array.from({ length: n }, (_, index) => (index % 2 === 0 ? index / 2 : n - (index + 1) / 2))
  const rows = Array.from({ length: n }, (_, shift) => first.map((treatment) => (treatment + shift) % n))
  return n % 2 === 0 ? rows : rows.concat(rows.map((row) => row.toReversed()))
}

/** Which contender runs when: every contender once per block, in seeded rows of a Williams square. */
export function planRun(scenario: Scenario, clientHostCount: number): ResultDocument['plan'] {
  const { contenders, blockCount, clientCount } = scenario
  const random = seededRandom(scenario.seed, 'order')
  const names = shuffle(
    contenders.map((contender) => contender.label),
    random,
  )
  const blockOrder: string[][] = []
  while (blockOrder.length < blockCount) {
    for (const row of shuffle(williamsSquare(names.length), random))
      if (blockOrder.length < blockCount) blockOrder.push(row.map((index) => names[index]!))
  }
  return {
    blockOrder,
    channelCount: channelCountOf(scenario),
    totalMessagesPerSecond: messagesPerSecondOf(scenario),
    expectedDeliveriesPerSecond: expectedDeliveries(scenario, msPerSecond),
    clientHostCount,
    estimatedSeconds: Math.ceil(
      blockCount * contenders.reduce((sum, contender) => sum + trialSeconds({ contender, clientCount, scenario }), 0) +
        controlSecondsOf(scenario),
    ),
  }
}

/** Launch, reading of memory and descriptors, stop. */
const fixedMs = 2_500
const perClientMs = 0.6

/** Seconds that a trial takes about, for plan and progress. The drain waits for the last delivery, which is as late as it may be on purpose. */
function trialSeconds(trial: PlannedTrial): number {
  const { warmUpMs, measuredMs } = trial.scenario.phases
  const { rampMs, deliveryMs, afterWindowMs } = plannedWaits(trial)
  const drainMs = offersMessages(trial.scenario) ? deliveryMs + afterWindowMs : 0
  return (fixedMs + perClientMs * trial.clientCount + rampMs + warmUpMs + measuredMs + drainMs) / msPerSecond
}

/** Approximate seconds of the control row of a run, 0 where it has none: without clients there is nothing to wait for. */
export function controlSecondsOf(scenario: Scenario): number {
  return whyNoControl(scenario) === undefined ? (fixedMs + controlPhases.warmUpMs + controlPhases.measuredMs) / msPerSecond : 0
}
