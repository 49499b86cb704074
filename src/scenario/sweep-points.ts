import type { Scenario, ValueSources } from '../core/scenario.ts'
import type { StudyAxis } from '../core/study-result.ts'
import type { Warning } from '../core/warnings.ts'
import { gotText, isRecord } from './allowed-values.ts'
import { axisNaming, axisPathIssue, putAt } from './axis-path.ts'
import { issueAt, usageIssue, type IssueContext, type ScenarioIssue } from './scenario-issues.ts'

/** A scenario as it runs at one point. */
export interface ScenarioAtPoint {
  scenario: Scenario
  sources: ValueSources
  warnings: Warning[]
}

/** One point of a study: the value of each axis, what else is set there, and the scenario that follows. */
export interface StudyPoint extends ScenarioAtPoint {
  values: number[]
  settings: Record<string, number>
}

/** Resolves the scenario with settings put over it; `issue` says what is wrong with it there, in words. */
export type ResolveAt = (settings: Readonly<Record<string, number>>) => { at: ScenarioAtPoint } | { issue: string }

interface Entry {
  value: number
  with: Record<string, number>
}

/**
 * Every point of a scenario's sweep, the first axis slowest, or what is wrong with it: one issue for a path that is no
 * numeric setting, for a value given twice, and for each value that makes an invalid scenario.
 *
 * @param base the scenario as its file has it, which the schema has accepted
 */
export function sweepPoints(
  base: Scenario,
  context: IssueContext,
  resolveAt: ResolveAt,
): { axes: StudyAxis[]; points: StudyPoint[]; issues: ScenarioIssue[] } {
  const axes = Object.entries(base.sweep ?? {}).map(([path, list]) => ({
    path,
    entries: list.map((entry): Entry => (typeof entry === 'number' ? { value: entry, with: {} } : entry)),
  }))
  const issues = axes.flatMap((axis) => axisIssues(axis, context))
  if (issues.length > 0) return { axes: [], points: [], issues }
  for (const { path, entries } of axes) {
    for (const [index, entry] of entries.entries()) {
      const found = resolveAt({ [path]: entry.value, ...entry.with })
      if ('issue' in found)
        issues.push(issueAt(['sweep', path, index], `${gotText(entry.value)} makes an invalid scenario: ${found.issue}`, context))
    }
  }
  if (issues.length > 0) return { axes: [], points: [], issues }
  const points: StudyPoint[] = []
  for (const combination of combinations(axes.map(({ entries }) => entries))) {
    const values = combination.map(({ value }) => value)
    const settings = Object.assign({}, ...combination.map((entry) => entry.with)) as Record<string, number>
    const swept = Object.fromEntries(axes.map(({ path }, at) => [path, values[at]!]))
    const found = resolveAt({ ...swept, ...settings })
    const names = axes.map(({ path }, axis) => `${path} ${values[axis]}`).join(', ')
    if ('issue' in found) issues.push(issueAt(['sweep'], `the point ${names} is an invalid scenario: ${found.issue}`, context))
    // Not spread: that would ask for the sources.
    else points.push(Object.assign(found.at, { values, settings }))
  }
  if (points.some(({ scenario }) => labelsOf(scenario) !== labelsOf(points[0]!.scenario)))
    issues.push(issueAt(['sweep'], 'changes contender names from point to point. Give each contender a "label".', context))
  return {
    axes: axes.map(({ path, entries }) => ({ path, ...axisNaming(path), values: entries.map(({ value }) => value) })),
    points,
    issues,
  }
}

/** The file with settings put into it, and without what makes a study of it. */
export function rawAt(context: IssueContext, settings: Readonly<Record<string, number>>): unknown {
  const raw = structuredClone(context.raw)
  if (isRecord(raw)) {
    delete raw['sweep']
    delete raw['search']
  }
  for (const [path, value] of Object.entries(settings)) putAt(raw, path, value, context.schema())
  return raw
}

function axisIssues({ path, entries }: { path: string; entries: Entry[] }, context: IssueContext): ScenarioIssue[] {
  const flag = context.flags.get(path)
  const wrongPath = axisPathIssue(path, context.schema(), context.raw)
  const twins = entries.flatMap(({ value }, index) =>
    entries.findIndex((other) => other.value === value) < index
      ? [issueAt(['sweep', path, index], `${value} is given twice. Give each value once.`, context)]
      : [],
  )
  const inside = entries.flatMap((entry, index) =>
    Object.keys(entry.with).flatMap((key) => {
      const text =
        key in (context.raw as { sweep: object }).sweep ? 'is itself an axis.' : axisPathIssue(key, context.schema(), context.raw)
      return text === undefined ? [] : [issueAt(['sweep', path, index, 'with', key], text, context)]
    }),
  )
  return [
    ...(wrongPath === undefined ? [] : [issueAt(['sweep', path], wrongPath, context)]),
    ...(flag === undefined
      ? []
      : [usageIssue(flag.flag, `${path} is an axis of this scenario, so a flag cannot set it. Set its values with --sweep ${path}=….`)]),
    ...twins,
    ...inside,
  ]
}

function labelsOf({ contenders }: Scenario): string {
  return JSON.stringify(contenders.map(({ label }) => label))
}

function combinations<T>(lists: readonly T[][]): T[][] {
  return lists.reduce<T[][]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]])
}
