import { families, type Family } from '../core/family.ts'
import type { GateResult, Owner, TrialResult } from '../core/result.ts'
import { faultOffPlan, type FaultFacts } from './fault-deviation.ts'
import { inMs, inPercent, type Finding } from './gate-text.ts'
import * as machine from './machine-gates.ts'
import * as saturation from './saturation-gates.ts'
import * as traffic from './traffic-gates.ts'
import { trafficLimits } from './traffic-limits.ts'

const { machineLimits } = machine

/** What the gates of validity need to know of a trial. Null = not measured; a gate without its facts lets the trial pass. */
export interface GateFacts extends traffic.TrafficFacts, machine.MachineFacts, FaultFacts {}

/** One gate: null lets the trial pass. */
export interface Gate {
  gate: string
  /** What a trial that fails it is said to be, for docs/gates.md. */
  meaning: string
  /** The same in a few words, for a table in the place of a figure that does not count. */
  brief: string
  /** Above what it is tainted, invalid or unknown, for docs/gates.md. */
  limits: string
  /** The families of figures that it is about. A finding may name more. */
  families: readonly Family[]
  /** Whose doing it is. A finding may name another. */
  owner: Owner
  /** Judges when the others have spoken. */
  isLast?: true
  /** @param spoken what the others found; empty for those that are not last */
  check: (facts: GateFacts, spoken: readonly GateResult[]) => Finding
}

/** What other processes, or the hypervisor, take from a trial: time. What was sent, held and lost is as it was. */
const time: readonly Family[] = ['latency', 'cpu', 'connecting']
/** While one of these speaks, nobody is blamed for what was not received. */
const ofMachineOrGenerator: readonly Owner[] = ['machine', 'generator']

/** All gates, in the order in which their findings are listed. */
export const gates: readonly Gate[] = [
  {
    gate: 'interrupted',
    meaning: 'The run was stopped in the measured window: what was measured by then is shown, and stands beside no whole window.',
    brief: 'the run was stopped',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: traffic.interrupted,
  },
  {
    gate: 'clients-missing',
    meaning: 'Fewer clients subscribed than the scenario asks for, so that the load was another one.',
    brief: 'clients were missing',
    limits: 'invalid: any',
    families,
    owner: 'server',
    check: traffic.clientsMissing,
  },
  {
    gate: 'held-mismatch',
    meaning:
      'The server holds fewer clients than say that they are subscribed, or more: sockets that were upgraded and forgotten. Figures per client are of those of whom both say so; what the others lost stands against the contender.',
    brief: 'server and clients do not agree on who is there',
    limits: 'tainted: any difference, where the server holds something for each client all the time and tells how many',
    families,
    owner: 'server',
    check: traffic.heldMismatch,
  },
  {
    gate: 'negative-latency',
    meaning: 'A delivery came before its message was due: the clock or the schedule is wrong.',
    brief: 'clock or schedule are wrong',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: traffic.negativeLatency,
  },
  {
    gate: 'ledger-not-exercised',
    meaning: 'Too few deliveries were expected to say that none is lost. Rests in a scenario without messages.',
    brief: 'too few deliveries were expected',
    limits: `unknown: fewer than ${trafficLimits.expectedPairCount} pairs`,
    families,
    owner: 'harness',
    check: traffic.ledgerNotExercised,
  },
  {
    gate: 'publisher-lag',
    meaning: 'The publisher was late: its lateness is inside delivery latency.',
    brief: 'the publisher was late',
    limits: `tainted: p99 above the larger of ${inMs(trafficLimits.publisherLagP99Us)} and ${inPercent(trafficLimits.publisherLagRatioOfP99)} of delivery p99; invalid: any above ${inMs(trafficLimits.publisherLagMaxUs)}`,
    families: ['latency'],
    owner: 'generator',
    check: traffic.publisherLag,
  },
  {
    gate: 'offered-rate',
    meaning: 'Not as many messages were published in the window as planned.',
    brief: 'another rate was offered',
    limits: `tainted: off by more than ${inPercent(trafficLimits.offeredRateTaintedRatio)}; invalid: by more than ${inPercent(trafficLimits.offeredRateInvalidRatio)}`,
    families: traffic.ofTheWindow,
    owner: 'generator',
    check: traffic.offeredRate,
  },
  {
    gate: 'generator-stall',
    meaning:
      'Publisher or client host stood still: what looks like latency of the server is the pause of the generator. After a long one many messages come in one answer, and no figure of the window is that of the load.',
    brief: 'the generator stood still',
    limits: `tainted: above ${inMs(trafficLimits.stallTaintedUs)}; invalid: above ${inMs(trafficLimits.stallInvalidUs)}, and CPU and throughput too above ${inPercent(trafficLimits.stallOfWindowRatio)} of the window`,
    families: ['latency'],
    owner: 'generator',
    check: traffic.generatorStall,
  },
  {
    gate: 'generator-utilisation',
    meaning: 'The event loop of publisher or client host was near its own limit.',
    brief: 'the generator was at its limit',
    limits: `tainted: above ${inPercent(trafficLimits.utilisationTaintedRatio)}; invalid: above ${inPercent(trafficLimits.utilisationInvalidRatio)}`,
    families: traffic.ofTheWindow,
    owner: 'generator',
    check: traffic.generatorUtilisation,
  },
  {
    gate: 'accept-overflow',
    meaning: 'The kernel dropped connections at the listener and clients tried again seconds later.',
    brief: 'connections were dropped',
    limits: 'tainted: any',
    families: ['connecting'],
    owner: 'server',
    check: machine.acceptOverflow,
  },
  {
    gate: 'count-mismatch',
    meaning: 'Clients and server counted different numbers of requests.',
    brief: 'request counts differ',
    limits: 'tainted: any difference',
    families: ['throughput'],
    owner: 'harness',
    check: traffic.countMismatch,
  },
  {
    gate: 'poll-overrun',
    meaning: 'Polls were unfinished when the next was due: the poll grid was not kept.',
    brief: 'the poll grid was not kept',
    limits: `tainted: above ${inPercent(trafficLimits.pollOverrunRatio)} of slots`,
    families: traffic.ofTheWindow,
    owner: 'server',
    check: traffic.pollOverrun,
  },
  {
    gate: 'client-queueing',
    meaning: 'Clients of the loaded hosts waited for their own process: the same messages came sooner to the idle probe host.',
    brief: 'clients waited for their own process',
    limits: `tainted: p99 apart by more than the larger of ${inMs(trafficLimits.clientQueueingUs)} and ${inPercent(trafficLimits.clientQueueingRatio)}`,
    families: ['latency'],
    owner: 'generator',
    check: traffic.clientQueueing,
  },
  {
    gate: 'published-early',
    meaning: 'A message left before it was due, which makes latencies too small.',
    brief: 'messages left too early',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: traffic.publishedEarly,
  },
  {
    gate: 'schedule-unmet',
    meaning: 'Messages of the schedule never left, or the server refused them.',
    brief: 'messages never left',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: traffic.scheduleUnmet,
  },
  {
    gate: 'processor-quota',
    meaning:
      'The control group of the trial used up its processor quota, and all of its processes stood still until the period ended. What any of them waited meanwhile, the quota explains, and no other gate is asked about it.',
    brief: 'the processor quota was used up',
    limits: `tainted: in any period; invalid: in more than ${inPercent(machineLimits.quotaStalledRatio)} of periods`,
    families: time,
    owner: 'machine',
    check: machine.processorQuota,
  },
  {
    gate: 'not-received',
    meaning:
      'Deliveries had neither come nor been passed by anything later when the drain ended, and the machine, the generator or a planned fault may be why. Where none of them may be, the contender stopped delivering.',
    brief: 'nobody knows what became of some deliveries',
    limits:
      'invalid: any, while a gate of the machine or of the generator speaks, either was disturbed in the drain, or a client was not back from a fault',
    families,
    owner: 'machine',
    isLast: true,
    check: (facts, spoken) =>
      traffic.notReceived(
        facts,
        spoken.filter(({ owner }) => ofMachineOrGenerator.includes(owner!)).map(({ gate }) => gate),
      ),
  },
  {
    gate: 'hiccup',
    meaning: 'A processor let a thread that does nothing but sleep wait: any process of the trial may have waited as long there.',
    brief: 'a processor let threads wait',
    limits: `tainted: above ${inMs(machineLimits.hiccupUs)} on any processor`,
    families: time,
    owner: 'machine',
    check: machine.hiccup,
  },
  {
    gate: 'competing-load',
    meaning: 'Processes outside of the trial used its processors.',
    brief: 'other processes used its processors',
    limits: `tainted: above ${inPercent(machineLimits.competingRatio)} of those of the server, or of the generator; invalid: above ${inPercent(machineLimits.competingInvalidRatio)}`,
    families: time,
    owner: 'machine',
    check: machine.competingLoad,
  },
  {
    gate: 'steal',
    meaning: 'The hypervisor gave processor time to other machines.',
    brief: 'the hypervisor took processor time',
    limits: `tainted: above ${inPercent(machineLimits.stealRatio)}`,
    families: time,
    owner: 'machine',
    check: machine.steal,
  },
  {
    gate: 'no-lock',
    meaning: 'The run was asked not to take the lock of the machine: another run may have measured beside it.',
    brief: 'another run may have measured beside it',
    limits: 'tainted: any',
    families: time,
    owner: 'machine',
    check: machine.noLock,
  },
  {
    gate: 'generator-fault',
    meaning: 'Clients failed for lack of ports, descriptors or buffers of their own machine.',
    brief: 'clients failed by themselves',
    limits: 'tainted: any',
    families,
    owner: 'generator',
    check: machine.generatorFault,
  },
  {
    gate: 'descriptors-full',
    meaning:
      'A process had no descriptor left for the clients that were asked for; what it cut for that is the limit of this machine, no error of the server.',
    brief: 'no descriptors were left',
    limits: 'tainted: any, by its limit, what it had open and what was asked for',
    families,
    owner: 'generator',
    check: machine.descriptorsFull,
  },
  {
    gate: 'fault-off-plan',
    meaning:
      'A fault did not take place as planned, so that this trial had another one than the others: it lasted longer or shorter, began late, or reached fewer.',
    brief: 'a fault did not take place as planned',
    limits: `unranked: off by more than ${inPercent(trafficLimits.faultDeviationRatio)} of its length (and ${trafficLimits.faultDeviationFloorMs} ms) or of the clients it was to reach; late by more than that and ${trafficLimits.faultLateFloorMs} ms`,
    families: [...traffic.ofTheWindow, 'counts'],
    owner: 'harness',
    check: faultOffPlan,
  },
  {
    gate: 'unequal-settings',
    meaning: 'The server ran without TCP_NODELAY, or with another keep-alive timeout, backlog or compression than the others.',
    brief: 'the server had settings of its own',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: machine.unequalSettings,
  },
  {
    gate: 'saturated',
    meaning:
      'Deliveries were behind the offered rate when the window closed, or a process had more to do than it could, on a machine that was quiet. What the window measured enters no median and no comparison, limits are judged by it; the message says which process was at its limit.',
    brief: 'it could not keep up with the load',
    limits: `unranked: more than ${inPercent(trafficLimits.overdueRatio)} of pairs overdue by ${inMs(trafficLimits.overdueUs)} and a poll interval, or loop delay p99 above ${inMs(trafficLimits.busyStallP99Us)} in a process busy for more than ${inPercent(trafficLimits.boundRatio)}`,
    families: traffic.ofTheWindow,
    owner: 'server',
    isLast: true,
    check: saturation.saturated,
  },
  {
    gate: 'machine-busy',
    meaning:
      'As saturated, while competing load, steal, a hiccup or the processor quota spoke: a process that does not get a processor is late whatever it does. It says nothing about the contender.',
    brief: 'the machine was busy, run it again',
    limits: 'invalid: as saturated',
    families: traffic.ofTheWindow,
    owner: 'machine',
    isLast: true,
    check: saturation.machineBusy,
  },
]

/**
 * Judges a trial: each gate that fails is a reason, with the families of figures that it is about. The trial is invalid, or
 * unknown, when that holds for every family; else it is tainted when there is any reason.
 *
 * @param table the gates to apply; a script that proves each gate leaves one out in turn
 */
export function judge(facts: GateFacts, table: readonly Gate[] = gates): TrialResult['validity'] {
  const spoken = new Map<Gate, GateResult>()
  for (const isLast of [undefined, true]) {
    const earlier = [...spoken.values()]
    for (const entry of table.filter((gate) => gate.isLast === isLast)) {
      const finding = entry.check(facts, earlier)
      if (finding !== null) spoken.set(entry, { gate: entry.gate, families: [...entry.families], owner: entry.owner, ...finding })
    }
  }
  const reasons = table.flatMap((gate) => spoken.get(gate) ?? [])
  return { status: statusOf(reasons), reasons }
}

function statusOf(reasons: readonly GateResult[]): TrialResult['validity']['status'] {
  const isOut = (...statuses: GateResult['status'][]): boolean =>
    families.every((family) => reasons.some(({ status, families: named }) => statuses.includes(status) && named!.includes(family)))
  if (isOut('invalid')) return 'invalid'
  if (isOut('invalid', 'unknown')) return 'unknown'
  return reasons.length === 0 ? 'valid' : 'tainted'
}
