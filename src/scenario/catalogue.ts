import { scenarioGroups, type Scenario } from '../core/scenario.ts'
import type { MeasureFile } from '../core/measure.ts'
import { loadMeasure, loadScenario, measureNames, scenarioNames } from './scenario-file.ts'
import { durationSeconds } from './study-duration.ts'

/** A scenario or measure that comes with the package, in both forms. */
export type CatalogueEntry = { name: string; group: (typeof scenarioGroups)[number] } &
  /** `seconds`: about how long each form takes with all that the command does. */
  (
    | { kind: 'scenario'; whole: Scenario; quick: Scenario; seconds: [whole: number, quick: number] }
    | { kind: 'measure'; whole: MeasureFile; quick: MeasureFile }
  )

/** What comes with the package by its kind of workload, kinds in their order, names sorted. */
export function catalogue(): { group: (typeof scenarioGroups)[number]; entries: CatalogueEntry[] }[] {
  const all = [
    ...scenarioNames().map((name): CatalogueEntry => {
      const whole = loadScenario(name)
      const quick = loadScenario(name, { values: [], isQuick: true })
      return {
        name,
        kind: 'scenario',
        group: whole.scenario.group ?? 'everyday',
        whole: whole.scenario,
        quick: quick.scenario,
        seconds: [durationSeconds(whole), durationSeconds(quick)],
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
