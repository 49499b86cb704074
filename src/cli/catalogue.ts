import { scenarioGroups, type Scenario } from '../core/scenario.ts'
import { checkMicroBenchmark, microBenchmarkSeconds, type MicroBenchmarkFile } from '../micro/micro-benchmark.ts'
import { openAll } from '../scenario/open-file.ts'
import { checkScenario } from '../scenario/scenario-file.ts'
import { durationSeconds } from '../scenario/study-plan.ts'
import { roughDurationText } from '../text/duration-text.ts'

/** A scenario or micro-benchmark that comes with the package. */
export type CatalogueEntry = {
  name: string
  group: (typeof scenarioGroups)[number]
  /** About how long both forms take with all that the command does: "2.7 min; --quick 33 s". */
  durations: string
} & ({ kind: 'scenario'; whole: Scenario } | { kind: 'micro-benchmark'; whole: MicroBenchmarkFile })

/** What comes with the package by its kind of workload, kinds in their order, names sorted. */
export function catalogue(): { group: (typeof scenarioGroups)[number]; entries: CatalogueEntry[] }[] {
  const all = openAll().map((opened): CatalogueEntry => {
    const { name } = opened
    if (opened.kind === 'micro-benchmark') {
      const [whole, quick] = [checkMicroBenchmark(opened), checkMicroBenchmark(opened, true)]
      const durations = durationsText(microBenchmarkSeconds(whole), microBenchmarkSeconds(quick))
      return { name, kind: opened.kind, group: whole.group ?? 'instrument', durations, whole }
    }
    const whole = checkScenario(opened)
    const durations = durationsText(durationSeconds(whole), durationSeconds(whole.quick ?? whole))
    return { name, kind: opened.kind, group: whole.scenario.group ?? 'everyday', durations, whole: whole.scenario }
  })
  return scenarioGroups
    .map((group) => ({ group, entries: all.filter((entry) => entry.group === group) }))
    .filter(({ entries }) => entries.length > 0)
}

function durationsText(wholeSeconds: number, quickSeconds: number): string {
  return `${roughDurationText(wholeSeconds)}; --quick ${roughDurationText(quickSeconds)}`
}
