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
  /** The same in a few words, for a table instead of a figure that does not count. */
  brief: string
  /** Above what it is tainted, invalid or unknown, for docs/gates.md. */
  limits: string
  /** The families of figures that it is about. A finding may name more. */
  families: readonly Family[]
  /** Whose doing it is. A finding may name another. */
  owner: Owner
  /** A sign of being late, which whoever gets no CPU shows too: the finding is the machine's or the generator's where one of their gates fails. */
  isOfDelay?: true
  /** Judges when the others have spoken. */
  isLast?: true
  /** @param spoken what the others found; empty for those that are not last */
  check: (facts: GateFacts, spoken: readonly GateResult[]) => Finding
}

/** What other processes, or the hypervisor, take from a trial: time. What was sent, held and lost is as it was. */
const time: readonly Family[] = ['latency', 'cpu', 'connecting']
/** While one of these has a finding, the contender is not blamed for what was not received. */
const ofMachineOrGenerator: readonly Owner[] = ['machine', 'generator']

/** All gates, in the order in which their findings are listed. */
export const gates: readonly Gate[] = [
  {
    gate: 'interrupted',
    meaning:
      'The run was stopped inside the measured window. The figures up to that instant are shown, but are not compared with those of whole windows.',
    brief: 'the run was stopped',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: traffic.interrupted,
  },
  {
    gate: 'clients-missing',
    meaning: 'Fewer clients subscribed than the scenario asks for, so the load was not the intended one.',
    brief: 'some clients never subscribed',
    limits: 'invalid: any',
    families,
    owner: 'server',
    check: traffic.clientsMissing,
  },
  {
    gate: 'held-mismatch',
    meaning:
      'The server holds fewer or more clients than report being subscribed, for example because it upgraded sockets and forgot them. Figures per client count the clients that both sides agree on; what the others lost counts against the contender.',
    brief: 'server and clients disagree about who is connected',
    limits: 'tainted: any difference, where the server holds something for each connected client and reports how many it holds',
    families,
    owner: 'server',
    check: traffic.heldMismatch,
  },
  {
    gate: 'negative-latency',
    meaning: 'A delivery was received before its message was due: the clock or the schedule is wrong.',
    brief: 'the clock or the schedule is wrong',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: traffic.negativeLatency,
  },
  {
    gate: 'ledger-not-exercised',
    meaning: 'Too few deliveries were expected to conclude that none was lost. Skipped when the scenario sends no messages.',
    brief: 'too few deliveries were expected',
    limits: `unknown: fewer than ${trafficLimits.expectedPairCount} pairs`,
    families,
    owner: 'harness',
    // Jobs are asked for by clients: the later each is answered, the fewer there are.
    isOfDelay: true,
    check: traffic.ledgerNotExercised,
  },
  {
    gate: 'publisher-lag',
    meaning: 'The publisher sent messages late. Delivery latency includes its lateness.',
    brief: 'the publisher was late',
    limits: `tainted: p99 above the larger of ${inMs(trafficLimits.publisherLagP99Us)} and ${inPercent(trafficLimits.publisherLagRatioOfP99)} of delivery p99; invalid: any above ${inMs(trafficLimits.publisherLagMaxUs)}`,
    families: ['latency'],
    owner: 'generator',
    check: traffic.publisherLag,
  },
  {
    gate: 'offered-rate',
    meaning: 'The number of messages published in the window differs from the plan.',
    brief: 'the offered rate was not the planned one',
    limits: `tainted: off by more than ${inPercent(trafficLimits.offeredRateTaintedRatio)}; invalid: by more than ${inPercent(trafficLimits.offeredRateInvalidRatio)}`,
    families: traffic.ofTheWindow,
    owner: 'generator',
    check: traffic.offeredRate,
  },
  {
    gate: 'generator-stall',
    meaning:
      'The event loop of the publisher or of a client host stalled: what looks like server latency is a pause of the generator. After a long stall many messages arrive in one response, and no figure of the window describes the intended load.',
    brief: 'the generator stalled',
    limits: `tainted: above ${inMs(trafficLimits.stallTaintedUs)}; invalid: above ${inMs(trafficLimits.stallInvalidUs)}, for CPU and throughput as well above ${inPercent(trafficLimits.stallOfWindowRatio)} of the window`,
    families: ['latency'],
    owner: 'generator',
    check: traffic.generatorStall,
  },
  {
    gate: 'generator-utilisation',
    meaning: 'The event loop of the publisher or of a client host was close to its limit.',
    brief: 'the generator was at its limit',
    limits: `tainted: above ${inPercent(trafficLimits.utilisationTaintedRatio)}; invalid: above ${inPercent(trafficLimits.utilisationInvalidRatio)}`,
    families: traffic.ofTheWindow,
    owner: 'generator',
    check: traffic.generatorUtilisation,
  },
  {
    gate: 'accept-overflow',
    meaning: 'The kernel dropped connections at the listening socket, and clients retried seconds later.',
    brief: 'connections were dropped',
    limits: 'tainted: any',
    families: ['connecting'],
    owner: 'server',
    isOfDelay: true,
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
    meaning: 'Polls were still unfinished when the next one was due, so clients could not keep their poll interval.',
    brief: 'clients could not keep their poll interval',
    limits: `tainted: above ${inPercent(trafficLimits.pollOverrunRatio)} of polls`,
    families: traffic.ofTheWindow,
    owner: 'server',
    isOfDelay: true,
    check: traffic.pollOverrun,
  },
  {
    gate: 'client-queueing',
    meaning: 'Deliveries waited inside the loaded client hosts: the nearly idle probe host received the same messages sooner.',
    brief: 'deliveries waited inside the client hosts',
    limits: `tainted: p99 differs by more than the larger of ${inMs(trafficLimits.clientQueueingUs)} and ${inPercent(trafficLimits.clientQueueingRatio)}`,
    families: ['latency'],
    owner: 'generator',
    check: traffic.clientQueueing,
  },
  {
    gate: 'published-early',
    meaning: 'A message was published before it was due, which makes latencies too small.',
    brief: 'messages were published too early',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: traffic.publishedEarly,
  },
  {
    gate: 'schedule-unmet',
    meaning: 'Messages of the schedule were never published, or the server refused them.',
    brief: 'messages were never published',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: traffic.scheduleUnmet,
  },
  {
    gate: 'processor-quota',
    meaning:
      'The control group (cgroup) of the trial used up its CPU quota, so all processes of the trial were throttled until the period ended. The quota explains every delay during that time; no other gate judges it.',
    brief: 'the CPU quota was used up',
    limits: `tainted: in any period; invalid: in more than ${inPercent(machineLimits.quotaStalledRatio)} of periods`,
    families: time,
    owner: 'machine',
    check: machine.processorQuota,
  },
  {
    gate: 'not-received',
    meaning:
      'When the drain ended, deliveries had neither arrived nor been overtaken by a later one, and the machine, the generator or a planned fault may be the reason. Where none of these can be the reason, the contender stopped delivering.',
    brief: 'what happened to some deliveries is unknown',
    limits:
      'invalid: any, while a gate of the machine or of the generator fails, either was disturbed during the drain, or a client had not reconnected after a fault',
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
    meaning:
      'The OS delayed a ready thread that does nothing but sleep. Any process of the trial may have been delayed as long on that CPU.',
    brief: 'the OS delayed ready threads',
    limits: `tainted: above ${inMs(machineLimits.hiccupUs)} on any CPU`,
    families: time,
    owner: 'machine',
    check: machine.hiccup,
  },
  {
    gate: 'competing-load',
    meaning: 'Processes outside the trial used its CPUs.',
    brief: 'other processes used its CPUs',
    limits: `tainted: above ${inPercent(machineLimits.competingRatio)} of the CPUs of the server, or of the generator; invalid: above ${inPercent(machineLimits.competingInvalidRatio)}`,
    families: time,
    owner: 'machine',
    check: machine.competingLoad,
  },
  {
    gate: 'steal',
    meaning: 'The hypervisor gave CPU time to other virtual machines.',
    brief: 'CPU steal was high',
    limits: `tainted: above ${inPercent(machineLimits.stealRatio)}`,
    families: time,
    owner: 'machine',
    check: machine.steal,
  },
  {
    gate: 'no-lock',
    meaning: 'The run did not take the machine lock (--no-lock): another run may have measured at the same time.',
    brief: 'another run may have measured at the same time',
    limits: 'tainted: any',
    families: time,
    owner: 'machine',
    check: machine.noLock,
  },
  {
    gate: 'generator-fault',
    meaning: 'Clients failed because their own machine ran out of ports, descriptors or buffers.',
    brief: 'clients ran out of local resources',
    limits: 'tainted: any',
    families,
    owner: 'generator',
    check: machine.generatorFault,
  },
  {
    gate: 'descriptors-full',
    meaning:
      'A process had too few descriptors for the number of clients. Connections that were cut for this reason show the limit of this machine, not an error of the server.',
    brief: 'no descriptors were left',
    limits: 'tainted: any, judged by its limit, its open descriptors and the number of clients',
    families,
    owner: 'generator',
    check: machine.descriptorsFull,
  },
  {
    gate: 'fault-off-plan',
    meaning:
      'A fault was not executed as planned, so this trial is unlike the others: the fault lasted longer or shorter, began late, or reached fewer clients.',
    brief: 'a fault was not executed as planned',
    limits: `unranked: off by more than ${inPercent(trafficLimits.faultDeviationRatio)} of its length (and ${trafficLimits.faultDeviationFloorMs} ms) or of the clients it should reach; late by more than that and ${trafficLimits.faultLateFloorMs} ms`,
    families: [...traffic.ofTheWindow, 'counts'],
    owner: 'harness',
    check: faultOffPlan,
  },
  {
    gate: 'unequal-settings',
    meaning: 'The server ran without TCP_NODELAY, or with a keep-alive timeout, backlog or compression unlike the other servers.',
    brief: 'the server settings differed from the others',
    limits: 'invalid: any',
    families,
    owner: 'harness',
    check: machine.unequalSettings,
  },
  {
    gate: 'saturated',
    meaning:
      'Deliveries lagged behind the offered rate when the window closed, or a process could not keep up with its work, on a quiet machine. The figures of the window enter no median and no comparison, but limits are judged by them. The message says which process was at its limit.',
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
      'The same signs as saturated, while the gate for competing load, CPU steal, hiccups or the CPU quota failed too: a process that gets no CPU is late whatever it does. The trial says nothing about the contender.',
    brief: 'the machine was busy; run it again',
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
  let disturbing: Owner | undefined
  for (const isLast of [undefined, true]) {
    const earlier = [...spoken.values()]
    if (isLast) disturbing = disturbingOwner(earlier)
    for (const entry of table.filter((gate) => gate.isLast === isLast)) {
      const finding = entry.check(facts, earlier)
      if (finding !== null) spoken.set(entry, { gate: entry.gate, families: [...entry.families], owner: entry.owner, ...finding })
    }
  }
  const reasons = table.flatMap((gate) => {
    const found = spoken.get(gate)
    if (found === undefined) return []
    return gate.isOfDelay && disturbing !== undefined ? { ...found, owner: disturbing } : found
  })
  return { status: statusOf(reasons), reasons }
}

/** Who besides the contender may be why something was late; undefined where only the contender may be. */
function disturbingOwner(spoken: readonly GateResult[]): Owner | undefined {
  if (spoken.some(({ owner }) => owner === 'machine')) return 'machine'
  return spoken.some(({ owner, status }) => owner === 'generator' && status === 'invalid') ? 'generator' : undefined
}

function statusOf(reasons: readonly GateResult[]): TrialResult['validity']['status'] {
  const isOut = (...statuses: GateResult['status'][]): boolean =>
    families.every((family) => reasons.some(({ status, families: named }) => statuses.includes(status) && named!.includes(family)))
  if (isOut('invalid')) return 'invalid'
  if (isOut('invalid', 'unknown')) return 'unknown'
  return reasons.length === 0 ? 'valid' : 'tainted'
}
