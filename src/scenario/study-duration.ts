import type { Scenario } from '../core/scenario.ts'
import { controlSeconds, planRun } from './plan.ts'
import { offersMessages } from './scenario-meaning.ts'
import type { StudyPlan } from './study-plan.ts'

const growth = 2
const confirmations = 3

/** Seconds that a study takes about. A search stops where it finds its answer; this is the longest that it takes. */
export function studySeconds(plan: StudyPlan, scenario: Scenario): number {
  if (plan.kind === 'sweep') return plan.points.reduce((sum, point) => sum + seconds(point.scenario), 0)
  const { from, to, resolutionRatio } = plan.search
  const label = scenario.contenders[0]!.label
  const at = (value: number): number => {
    const step = plan.at(value, label).scenario
    // Steps of a search have no control row.
    return seconds(step) - (offersMessages(step) ? controlSeconds : 0)
  }
  let growing = at(from)
  for (let value = from; value < to; value *= growth)
    growing += at(plan.isWhole ? Math.round(Math.min(to, value * growth)) : Math.min(to, value * growth))
  const halvings = Math.ceil(Math.log2(Math.log(growth) / Math.log1p(resolutionRatio)))
  return scenario.contenders.length * (growing + (halvings + confirmations) * at(to))
}

/** Seconds that a scenario takes about, with all of its points. */
export function durationSeconds({ scenario, study }: { scenario: Scenario; study?: StudyPlan | undefined }): number {
  return study === undefined ? seconds(scenario) : studySeconds(study, scenario)
}

function seconds(scenario: Scenario): number {
  return planRun(scenario, 1).estimatedSeconds
}
