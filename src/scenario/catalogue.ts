import { scenarioGroups, type Scenario } from '../core/scenario.ts'
import type { MicroBenchmarkFile } from '../core/micro-benchmark.ts'
import { loadMicroBenchmark, loadScenario, microBenchmarkNames, scenarioNames } from './scenario-file.ts'
import { durationSeconds } from './study-duration.ts'

/** A scenario or micro-benchmark that comes with the package, in both forms. */
export type CatalogueEntry = { name: string; group: (typeof scenarioGroups)[number] } &
  /** `seconds`: about how long each form takes with all that the command does. */
  (
    | { kind: 'scenario'; whole: Scenario; quick: Scenario; seconds: [whole: number, quick: number] }
    | { kind: 'micro-benchmark'; whole: MicroBenchmarkFile; quick: MicroBenchmarkFile }
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
    ...microBenchmarkNames().map((name): CatalogueEntry => {
      const whole = loadMicroBenchmark(name)!.file
      return { name, kind: 'micro-benchmark', group: whole.group ?? 'instrument', whole, quick: loadMicroBenchmark(name, true)!.file }
    }),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return scenarioGroups
    .map((group) => ({ group, entries: all.filter((entry) => entry.group === group) }))
    .filter(({ entries }) => entries.length > 0)
}
