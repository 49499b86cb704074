import type { GateResult, Owner } from '../core/result.ts'
import { inMs, inPercent, type Finding } from './gate-text.ts'
import { loopsAtLimit, type LoopFacts } from './loops.ts'
import type { TrafficFacts } from './traffic-gates.ts'
import { trafficLimits } from './traffic-limits.ts'

/**
 * Deliveries that never arrived are in the ledger; here count those that arrived, but far behind the offered rate, and
 * loops that had more to do than they could. Being late alone is no sign of that: a process that was stopped is late too.
 */
export function saturated(facts: TrafficFacts, spoken: readonly GateResult[]): Finding {
  const found = signsOf(facts)
  if (found.length === 0 || spoken.some(isOfMachine)) return null
  const { text, owner } = boundBy(facts, spoken)
  return { status: 'unranked', owner, message: `${found.join('; ')}; ${text}. The figures of the window are not ranked` }
}

/** The same signs in a trial that did not get its CPUs: every process is late then. */
export function machineBusy(facts: TrafficFacts, spoken: readonly GateResult[]): Finding {
  const found = signsOf(facts)
  const named = spoken.filter(isOfMachine).map(({ gate }) => gate)
  if (found.length === 0 || named.length === 0) return null
  const when = named.includes('processor-quota') ? 'with a larger CPU quota' : 'when the machine is quiet'
  return {
    status: 'invalid',
    message: `the machine was busy (${named.join(', ')}): ${found.join('; ')}. This says nothing about the contender; run it again ${when}`,
  }
}

function isOfMachine({ owner }: GateResult): boolean {
  return owner === 'machine'
}

function serverLoop({ serverUtilisationRatio, serverStallP99Us }: TrafficFacts): LoopFacts {
  return { name: 'the server', utilisationRatio: serverUtilisationRatio, stallMaxUs: null, stallP99Us: serverStallP99Us }
}

/** What shows that a trial was behind its load; empty when it kept up. */
function signsOf(facts: TrafficFacts): string[] {
  return [...overdueTexts(facts), ...loopsAtLimit([serverLoop(facts), ...facts.generators]).flatMap(lateLoopTexts)]
}

function overdueTexts({ overduePairCount: overdue, expectedPairCount: expected }: TrafficFacts): string[] {
  if (overdue <= expected * trafficLimits.overdueRatio) return []
  const allowed = inPercent(trafficLimits.overdueRatio)
  return [`${overdue} of ${expected} deliveries were overdue when the window closed; at most ${allowed} is allowed`]
}

function lateLoopTexts({ name, stallP99Us }: LoopFacts): string[] {
  if ((stallP99Us ?? 0) <= trafficLimits.busyStallP99Us) return []
  return [`the event loop of ${name} was ${inMs(stallP99Us!)} late at p99; at most ${inMs(trafficLimits.busyStallP99Us)} is allowed`]
}

/** Which side it was, as `causeOf` decides it: a generator that could not do more says nothing of the server. */
function boundBy(facts: TrafficFacts, spoken: readonly GateResult[]): { text: string; owner: Owner } {
  const server = serverLoop(facts)
  const atLimit = loopsAtLimit(facts.generators)
  if (atLimit.length > 0) {
    const named = atLimit.map(
      ({ name, utilisationRatio }) => `the event loop of ${name} was busy for ${inPercent(utilisationRatio!)} of the time`,
    )
    return { owner: 'generator', text: `client-bound: ${named.join(', ')}` }
  }
  const spoiling = spoken.filter(({ owner, status }) => owner === 'generator' && status === 'invalid').map(({ gate }) => gate)
  if (spoiling.length > 0) return { owner: 'generator', text: `client-bound: the generator was disturbed (${spoiling.join(', ')})` }
  if (loopsAtLimit([server]).length > 0)
    return { owner: 'server', text: `server-bound: its event loop was busy for ${inPercent(server.utilisationRatio!)} of the time` }
  const busiest = busiestOf([server, ...facts.generators])
  const most = busiest === null ? '' : `; the busiest was that of ${busiest.name} with ${inPercent(busiest.utilisationRatio!)}`
  return { owner: 'server', text: `no event loop was busy for more than ${inPercent(trafficLimits.boundRatio)} of the time${most}` }
}

function busiestOf(loops: readonly LoopFacts[]): LoopFacts | null {
  const measured = loops.filter(({ utilisationRatio }) => utilisationRatio !== null)
  return measured.reduce<LoopFacts | null>(
    (most, loop) => (most === null || loop.utilisationRatio! > most.utilisationRatio! ? loop : most),
    null,
  )
}
