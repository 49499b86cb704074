import { plannedEndMs, replacesServer, type PlannedFault } from '../core/fault-plan.ts'
import type { Scenario } from '../core/scenario.ts'

/** Where in the scenario something is wrong, and what to do about it. */
export interface FaultPlanIssue {
  path: PropertyKey[]
  text: string
}

/** What is wrong with a plan of faults whose values are each allowed, all at once. */
export function faultPlanIssues({
  clientCount,
  phases,
  traffic,
  faults = [],
}: Pick<Scenario, 'clientCount' | 'phases' | 'traffic' | 'faults'>): FaultPlanIssue[] {
  return faults.flatMap((fault, index) => [
    ...endIssues(fault, index, phases.measuredMs),
    ...overlapIssues(fault, index, faults),
    ...reachIssues(fault, index, clientCount),
    ...sourceIssues(fault, index, traffic),
    ...readerIssues(fault, index, traffic),
  ])
}

function endIssues(fault: PlannedFault, index: number, measuredMs: number): FaultPlanIssue[] {
  const endMs = plannedEndMs(fault)
  if (endMs < measuredMs) return []
  const text = `must end inside the measured window (phases.measuredMs is ${measuredMs}), ends at ${endMs} ms. Start it earlier, shorten it, or measure longer.`
  return [{ path: ['faults', index, 'atMs'], text }]
}

/** Faults of the server come one after the other, but for cuts, which go with cuts and while it refuses; those of readers go with all but their own kind. */
function overlapIssues(fault: PlannedFault, index: number, all: readonly PlannedFault[]): FaultPlanIssue[] {
  const earlier = all.findIndex(
    (other, at) => at < index && !goTogether(other, fault) && other.atMs <= plannedEndMs(fault) && fault.atMs <= plannedEndMs(other),
  )
  if (earlier === -1) return []
  const text = `overlaps with faults[${earlier}] (${all[earlier]!.kind}, ${all[earlier]!.atMs} to ${plannedEndMs(all[earlier]!)} ms), so their effects could not be separated. Move one of them.`
  return [{ path: ['faults', index, 'atMs'], text }]
}

function reachIssues(fault: PlannedFault, index: number, clientCount: number): FaultPlanIssue[] {
  if (!('ratio' in fault) || Math.round(fault.ratio * clientCount) > 0) return []
  const text = `reaches none of ${clientCount} clients, got ${fault.ratio}. Use at least ${1 / clientCount}, or more clients.`
  return [{ path: ['faults', index, 'ratio'], text }]
}

/** Clients of jobs come and go: there are none to choose from before the fault. */
function readerIssues(fault: PlannedFault, index: number, { pattern }: Scenario['traffic']): FaultPlanIssue[] {
  if (!isOfReaders(fault) || pattern !== 'jobs') return []
  const text = `cannot be "${fault.kind}" where traffic.pattern is "jobs", whose clients come and go. Use "freeze", "refuse" or "cut", or another pattern.`
  return [{ path: ['faults', index, 'kind'], text }]
}

/** A new server is given again what the publisher had published; messages that clients sent to the old server are lost. */
function sourceIssues(fault: PlannedFault, index: number, { pattern, sender }: Scenario['traffic']): FaultPlanIssue[] {
  if (!replacesServer(fault) || (sender !== 'clients' && pattern !== 'jobs')) return []
  const source = pattern === 'jobs' ? 'traffic.pattern is "jobs"' : 'traffic.sender is "clients"'
  const text = `cannot be "${fault.kind}" where ${source}: messages sent to the old server are lost with it, and a new server cannot know them. Use "freeze", "refuse" or "cut".`
  return [{ path: ['faults', index, 'kind'], text }]
}

function goTogether(one: PlannedFault, other: PlannedFault): boolean {
  if (isOfReaders(one) || isOfReaders(other)) return one.kind !== 'slow-readers' || other.kind !== 'slow-readers'
  const kinds = [one.kind, other.kind]
  return kinds.includes('cut') && kinds.every((kind) => kind === 'cut' || kind === 'refuse')
}

function isOfReaders({ kind }: PlannedFault): boolean {
  return kind === 'slow-readers' || kind === 'half-open'
}
