import { scenarioGroups, type Scenario } from '../core/scenario.ts'
import { loadScenario, scenarioNames } from './scenario-file.ts'
import { durationSeconds } from './study-duration.ts'

/** A scenario that comes with the package, in both forms, and about how long each takes in seconds. */
export interface CatalogueEntry {
  name: string
  scenario: Scenario
  seconds: number
  quick: { scenario: Scenario; seconds: number }
}

/** The scenarios that come with the package by their kind, kinds in their order, names sorted. */
export function catalogue(): { group: (typeof scenarioGroups)[number]; entries: CatalogueEntry[] }[] {
  const all = scenarioNames().map(entryOf)
  return scenarioGroups
    .map((group) => ({ group, entries: all.filter(({ scenario }) => (scenario.group ?? 'everyday') === group) }))
    .filter(({ entries }) => entries.length > 0)
}

function entryOf(name: string): CatalogueEntry {
  const full = loadScenario(name)
  const quick = loadScenario(name, { values: [], isQuick: true })
  return {
    name,
    scenario: full.scenario,
    seconds: durationSeconds(full),
    quick: { scenario: quick.scenario, seconds: durationSeconds(quick) },
  }
}
