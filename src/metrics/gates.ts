import type { TrialResult } from '../core/result.ts'
import { inMs, inPercent, type Finding } from './gate-text.ts'
import * as machine from './machine-gates.ts'
import * as traffic from './traffic-gates.ts'
import { trafficLimits } from './traffic-limits.ts'

const { machineLimits } = machine

/** What the gates of validity need to know of a trial. Null = not measured; a gate without its facts lets the trial pass. */
export interface GateFacts extends traffic.TrafficFacts, machine.MachineFacts {}

/** One gate: null lets the trial pass. */
export interface Gate {
  gate: string
  /** What a trial that fails it is said to be, for docs/gates.md. */
  meaning: string
  /** Above what it is tainted, invalid or unknown, for docs/gates.md. */
  limits: string
  check: (facts: GateFacts) => Finding
}

/** Gates that speak of the machine or of the generator: while one does, what was not received is held against nobody. */
const ofMachineOrGenerator: readonly string[] = [
  'publisher-lag',
  'offered-rate',
  'generator-stall',
  'generator-utilisation',
  'client-queueing',
  'hiccup',
  'competing-load',
  'steal',
  'generator-fault',
]

/** All gates, in the order in which their findings are listed. */
export const gates: readonly Gate[] = [
  {
    gate: 'interrupted',
    meaning: 'The run was stopped in the measured window: what was measured by then is shown, and stands beside no whole window.',
    limits: 'invalid: any',
    check: traffic.interrupted,
  },
  {
    gate: 'clients-missing',
    meaning: 'Fewer clients subscribed than the scenario asks for, so that the load was another one.',
    limits: 'invalid: any',
    check: traffic.clientsMissing,
  },
  {
    gate: 'negative-latency',
    meaning: 'A delivery came before its message was due: the clock or the schedule is wrong.',
    limits: 'invalid: any',
    check: traffic.negativeLatency,
  },
  {
    gate: 'ledger-not-exercised',
    meaning: 'Too few deliveries were expected to say that none is lost. Rests in a scenario without messages.',
    limits: `unknown: fewer than ${trafficLimits.expectedPairCount} pairs`,
    check: traffic.ledgerNotExercised,
  },
  {
    gate: 'publisher-lag',
    meaning: 'The publisher was late: its lateness is inside delivery latency.',
    limits: `tainted: p99 above the larger of ${inMs(trafficLimits.publisherLagP99Us)} and ${inPercent(trafficLimits.publisherLagRatioOfP99)} of delivery p99; invalid: any above ${inMs(trafficLimits.publisherLagMaxUs)}`,
    check: traffic.publisherLag,
  },
  {
    gate: 'offered-rate',
    meaning: 'Not as many messages were published in the window as planned.',
    limits: `tainted: off by more than ${inPercent(trafficLimits.offeredRateTaintedRatio)}; invalid: by more than ${inPercent(trafficLimits.offeredRateInvalidRatio)}`,
    check: traffic.offeredRate,
  },
  {
    gate: 'generator-stall',
    meaning: 'Publisher or client host stood still: what looks like latency of the server is the pause of the generator.',
    limits: `tainted: above ${inMs(trafficLimits.stallTaintedUs)}; invalid: above ${inMs(trafficLimits.stallInvalidUs)}`,
    check: traffic.generatorStall,
  },
  {
    gate: 'generator-utilisation',
    meaning: 'The event loop of publisher or client host was near its own limit.',
    limits: `tainted: above ${inPercent(trafficLimits.utilisationTaintedRatio)}; invalid: above ${inPercent(trafficLimits.utilisationInvalidRatio)}`,
    check: traffic.generatorUtilisation,
  },
  {
    gate: 'accept-overflow',
    meaning: 'The kernel dropped connections at the listener and clients tried again seconds later.',
    limits: 'tainted: any',
    check: machine.acceptOverflow,
  },
  {
    gate: 'count-mismatch',
    meaning: 'Clients and server counted different numbers of requests.',
    limits: 'tainted: any difference',
    check: traffic.countMismatch,
  },
  {
    gate: 'poll-overrun',
    meaning: 'Polls were unfinished when the next was due: the poll grid was not kept.',
    limits: `tainted: above ${inPercent(trafficLimits.pollOverrunRatio)} of slots`,
    check: traffic.pollOverrun,
  },
  {
    gate: 'client-queueing',
    meaning: 'Clients of the loaded hosts waited for their own process: the same messages came sooner to the idle probe host.',
    limits: `tainted: p99 apart by more than the larger of ${inMs(trafficLimits.clientQueueingUs)} and ${inPercent(trafficLimits.clientQueueingRatio)}`,
    check: traffic.clientQueueing,
  },
  {
    gate: 'published-early',
    meaning: 'A message left before it was due, which makes latencies too small.',
    limits: 'invalid: any',
    check: traffic.publishedEarly,
  },
  {
    gate: 'schedule-unmet',
    meaning: 'Messages of the schedule never left, or the server refused them.',
    limits: 'invalid: any',
    check: traffic.scheduleUnmet,
  },
  {
    gate: 'saturated',
    meaning:
      'Deliveries were behind the offered rate when the window closed, or a process had more to do than it could. Its latencies, and what it took per second, enter no median and no comparison; the message says which process was at its limit.',
    limits: `tainted: more than ${inPercent(trafficLimits.overdueRatio)} of pairs overdue by ${inMs(trafficLimits.overdueUs)} and a poll interval, or loop delay p99 above ${inMs(trafficLimits.busyStallP99Us)} in a process busy for more than ${inPercent(trafficLimits.boundRatio)}`,
    check: traffic.saturated,
  },
  {
    gate: 'not-received',
    meaning:
      'Deliveries had neither come nor been passed by anything later when the drain ended, and the machine, the generator or a planned fault may be why. Where none of them may be, the contender stopped delivering.',
    limits:
      'invalid: any, while a gate of the machine or of the generator speaks, either was disturbed in the drain, or a client was not back from a fault',
    check: (facts) => traffic.notReceived(facts, speaking(facts)),
  },
  {
    gate: 'hiccup',
    meaning: 'A processor let a thread that does nothing but sleep wait: any process of the trial may have waited as long there.',
    limits: `tainted: above ${inMs(machineLimits.hiccupUs)} on any processor`,
    check: machine.hiccup,
  },
  {
    gate: 'competing-load',
    meaning: 'Processes outside of the trial used its processors.',
    limits: `tainted: above ${inPercent(machineLimits.competingRatio)} of those of the server, or of the generator`,
    check: machine.competingLoad,
  },
  {
    gate: 'steal',
    meaning: 'The hypervisor gave processor time to other machines.',
    limits: `tainted: above ${inPercent(machineLimits.stealRatio)}`,
    check: machine.steal,
  },
  {
    gate: 'no-lock',
    meaning: 'The run was asked not to take the lock of the machine: another run may have measured beside it.',
    limits: 'tainted: any',
    check: machine.noLock,
  },
  {
    gate: 'generator-fault',
    meaning: 'Clients failed for lack of ports, descriptors or buffers of their own machine, or by their own deadline.',
    limits: 'tainted: any',
    check: machine.generatorFault,
  },
  {
    gate: 'unequal-settings',
    meaning: 'The server ran without TCP_NODELAY, or with another keep-alive timeout, backlog or compression than the others.',
    limits: 'invalid: any',
    check: machine.unequalSettings,
  },
]

function speaking(facts: GateFacts): string[] {
  return gates.flatMap(({ gate, check }) => (ofMachineOrGenerator.includes(gate) && check(facts) !== null ? [gate] : []))
}

const severity = ['valid', 'tainted', 'unknown', 'invalid'] as const

/**
 * Judges a trial: each gate that fails is a reason, and the worst of them is the status (invalid, unknown, tainted, valid).
 *
 * @param table the gates to apply; a script that proves each gate leaves one out in turn
 */
export function judge(facts: GateFacts, table: readonly Gate[] = gates): TrialResult['validity'] {
  const reasons = table.flatMap(({ gate, check }) => {
    const finding = check(facts)
    return finding === null ? [] : [{ gate, ...finding }]
  })
  const worst = reasons.reduce((most, { status }) => Math.max(most, severity.indexOf(status)), 0)
  return { status: severity[worst]!, reasons }
}

/** True for the part of a trial that was stopped in its measured window. */
export function wasInterrupted({ validity }: Pick<TrialResult, 'validity'>): boolean {
  return validity.reasons.some(({ gate }) => gate === 'interrupted')
}
