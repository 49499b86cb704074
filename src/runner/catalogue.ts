import { scenarioGroups, type Scenario } from '../core/scenario.ts'
import type { MeasureFile } from '../core/measure.ts'
import { planRun } from './plan.ts'
import { loadMeasure, loadScenario, measureNames, scenarioNames } from './scenario-file.ts'

/** A scenario or measure that comes with the package, in both forms. */
export type CatalogueEntry = { name: string; group: (typeof scenarioGroups)[number] } & (
  | { kind: 'scenario'; whole: Scenario; quick: Scenario }
  | { kind: 'measure'; whole: MeasureFile; quick: MeasureFile }
)

/** What comes with the package by its kind of workload, kinds in their order, names sorted. */
export function catalogue(): { group: (typeof scenarioGroups)[number]; entries: CatalogueEntry[] }[] {
  const all = [
    ...scenarioNames().map((name): CatalogueEntry => {
      const whole = loadScenario(name).scenario
      return {
        name,
        kind: 'scenario',
        group: whole.group ?? 'everyday',
        whole,
        quick: loadScenario(name, { values: [], isQuick: true }).scenario,
      }
    }),
    ...measureNames().map((name): CatalogueEntry => {
      const whole = loadMeasure(name)!.file
      return { name, kind: 'measure', group: whole.group ?? 'instrument', whole, quick: loadMeasure(name, true)!.file }
    }),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return scenarioGroups
    .map((group) => ({ group, entries: all.filter((entry) => entry.group === group) }))
    .filter(({ entries }) => entries.length > 0)
}

/** About how long a scenario takes with all that the command does, in seconds. */
export function scenarioSeconds(scenario: Scenario): number {
  return planRun(scenario, 1).estimatedSeconds
}
