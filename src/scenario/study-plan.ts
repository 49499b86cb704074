import type { Scenario } from '../core/scenario.ts'
import type { StudyAxis } from '../core/study-result.ts'
import type { Search } from '../core/sweep.ts'
import { axisNaming, axisPathIssue, isWholeAt } from './axis-path.ts'
import { issueAt, usageIssue, type IssueContext, type ScenarioIssue } from './scenario-issues.ts'
import { sweepPoints, type ResolveAt, type ScenarioAtPoint, type StudyPoint } from './sweep-points.ts'
import { controlSecondsOf, planRun } from './plan.ts'

/** A checked study: all points of a sweep, or what a search needs to make its own. */
export type StudyPlan =
  | { kind: 'sweep'; axes: StudyAxis[]; points: StudyPoint[] }
  | {
      kind: 'search'
      axes: StudyAxis[]
      search: Search
      isWhole: boolean
      /** The scenario at a value between `from` and `to`, with the limits of the search and one contender in one block. */
      at: (value: number, contender: string) => ScenarioAtPoint
    }

/** The study that a scenario asks for, or what is wrong with it; neither for a scenario that runs at one point. */
export function studyOf(base: Scenario, context: IssueContext, resolveAt: ResolveAt): { plan?: StudyPlan; issues: ScenarioIssue[] } {
  const { sweep, search } = base
  if (sweep !== undefined && search !== undefined)
    return { issues: [issueAt(['search'], 'cannot be used together with "sweep". Make two files.', context)] }
  if (sweep !== undefined) {
    const { axes, points, issues } = sweepPoints(base, context, resolveAt)
    return issues.length > 0 ? { issues } : { plan: { kind: 'sweep', axes, points }, issues }
  }
  if (search !== undefined) return searchOf(search, context, resolveAt)
  return { issues: [] }
}

function searchOf(search: Search, context: IssueContext, resolveAt: ResolveAt): { plan?: StudyPlan; issues: ScenarioIssue[] } {
  const { axis, limits } = search
  const wrongPath = axisPathIssue(axis, context.schema(), context.raw)
  if (wrongPath !== undefined) return { issues: [issueAt(['search', 'axis'], wrongPath, context)] }
  const flag = context.flags.get(axis)
  if (flag !== undefined)
    return {
      issues: [
        usageIssue(
          flag.flag,
          `this scenario searches for ${axis}, so a flag cannot set it. Set search.from and search.to in your own file.`,
        ),
      ],
    }
  const issues = (['from', 'to'] as const).flatMap((end) => {
    const found = resolveAt({ [axis]: search[end] })
    return 'issue' in found ? [issueAt(['search', end], `${search[end]} makes an invalid scenario: ${found.issue}`, context)] : []
  })
  if (issues.length > 0) return { issues }
  const at = (value: number, contender: string): ScenarioAtPoint => {
    const found = resolveAt({ [axis]: value })
    // Both ends are valid, and a schema allows whole ranges: an issue in between is the harness's own.
    if ('issue' in found) throw new TypeError(`${axis} ${value}: ${found.issue}`)
    const { scenario } = found.at
    const contenders = scenario.contenders.filter(({ label }) => label === contender)
    return { ...found.at, scenario: { ...scenario, limits: { ...limits }, contenders, blockCount: 1 } }
  }
  const axes = [{ path: axis, ...axisNaming(axis), values: [] }]
  return { plan: { kind: 'search', axes, search, isWhole: isWholeAt(axis, context.schema(), context.raw), at }, issues }
}

const growth = 2
const confirmations = 3

/** Seconds that a study takes about. A search stops where it finds its answer; this is the longest that it takes. */
export function studySeconds(plan: StudyPlan, scenario: Scenario): number {
  if (plan.kind === 'sweep') return plan.points.reduce((sum, point) => sum + seconds(point.scenario), 0)
  const { from, to, resolutionRatio } = plan.search
  const halvings = Math.ceil(Math.log2(Math.log(growth) / Math.log1p(resolutionRatio)))
  return scenario.contenders.reduce((sum, { label }) => {
    const at = (value: number): number => {
      const step = plan.at(value, label).scenario
      // Steps of a search have no control row.
      return seconds(step) - controlSecondsOf(step)
    }
    let growing = at(from)
    for (let value = from; value < to; value *= growth)
      growing += at(plan.isWhole ? Math.round(Math.min(to, value * growth)) : Math.min(to, value * growth))
    return sum + growing + (halvings + confirmations) * at(to)
  }, 0)
}

/** Seconds that a scenario takes about, with all of its points. */
export function durationSeconds({ scenario, study }: { scenario: Scenario; study?: StudyPlan | undefined }): number {
  return study === undefined ? seconds(scenario) : studySeconds(study, scenario)
}

function seconds(scenario: Scenario): number {
  return planRun(scenario, 1).estimatedSeconds
}
