import { flattenPaths } from '../core/leaves.ts'
import type { ResultDocument } from '../core/result.ts'
import { notKnown, type Barrier, type SettingInBoth } from '../core/run-comparison.ts'

/** What a machine is. Where a run does not record one of these, it is unknown whether two runs had the same machine. */
const decisive = [
  'platform',
  'arch',
  'cpuModel',
  'cpuClockMhz',
  'coreCount',
  'cpuQuotaCount',
  'memoryBytes',
  'memoryLimitBytes',
  'kernel',
  'node',
  'libraries',
  'namespace',
  'pinning',
]

/** What must not differ where both runs record it; many machines do not report it. */
const telling = [
  'virtualisation',
  'clocksource',
  'cpuGovernor',
  'smtActive',
  'mitigations',
  'timerHz',
  'cpuAccounting',
  'sysctl',
  'nodeFlags',
  'libraryTimeouts',
]

/** A measured clock, and memory after what a kernel keeps for itself, are never twice the same to the last digit. */
const measured = ['cpuClockMhz', 'memoryBytes']
const measuredTolerance = 0.01

/** Settings of a scenario that change neither its load nor its contenders: words about it, and how it is judged. */
const besideTheWorkload = ['$schema', 'title', 'question', 'story', 'answer', 'group', 'blockCount', 'seed', 'matters', 'limits']

/** Why two results may not be compared: their scenarios or their machines differ, or a machine is not known. None when they may be. */
export function barriersBetween(before: ResultDocument, after: ResultDocument): Barrier[] {
  const scenario = differences(workloadOf(before), workloadOf(after)).map((found) => ({ kind: 'scenario' as const, ...found }))
  return [...scenario, ...machineBarriers(before.environment, after.environment)]
}

/** What else differs: it bars no comparison, and a reader must know it. */
export function notedDifferences(before: ResultDocument, after: ResultDocument): SettingInBoth[] {
  const [one, other] = [before, after].map(({ harness, scenario, environment }) => {
    const { blockCount, seed, matters } = scenario.resolved
    const { version, commit, dirty } = harness
    return { harness: { version, commit, dirty }, lockfileSha256: environment['lockfileSha256'] ?? null, blockCount, seed, matters }
  })
  return differences(one, other)
}

function workloadOf({ scenario, plan }: ResultDocument): Record<string, unknown> {
  const kept = Object.entries(scenario.resolved).filter(([key]) => !besideTheWorkload.includes(key))
  const { contenders, ...settings } = Object.fromEntries(kept)
  const byLabel = Array.isArray(contenders) ? contenders.map((contender: { label: string }) => [contender.label, contender]) : []
  return { ...settings, clientHostCount: plan.clientHostCount, contenders: Object.fromEntries(byLabel) as unknown }
}

function machineBarriers(before: ResultDocument['environment'], after: ResultDocument['environment']): Barrier[] {
  const known = decisive.flatMap((key): Barrier[] => {
    const [one, other] = [before[key] ?? null, after[key] ?? null]
    if (one === null || other === null) return [{ kind: 'unknown', path: key, before: textOf(one), after: textOf(other) }]
    if (measured.includes(key) && isClose(one, other)) return []
    return differences(one, other, key).map((found) => ({ kind: 'machine', ...found }))
  })
  const recorded = telling.flatMap((key) => {
    const [one, other] = [before[key] ?? null, after[key] ?? null]
    return one === null || other === null ? [] : differences(one, other, key).map((found) => ({ kind: 'machine' as const, ...found }))
  })
  return [...known, ...recorded]
}

function differences(before: unknown, after: unknown, path = ''): SettingInBoth[] {
  const [ofBefore, ofAfter] = [new Map(flattenPaths(before, path)), new Map(flattenPaths(after, path))]
  return [...new Set([...ofBefore.keys(), ...ofAfter.keys()])]
    .map((key) => ({ path: key, before: textOf(ofBefore.get(key)), after: textOf(ofAfter.get(key)) }))
    .filter((found) => found.before !== found.after)
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? notKnown : JSON.stringify(value)
}

function isClose(one: unknown, other: unknown): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return false
  return Math.abs(one - other) <= measuredTolerance * Math.max(Math.abs(one), Math.abs(other))
}
