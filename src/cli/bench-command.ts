import { checkLimits } from '../machine/limits.ts'
import { loadMeasure, loadScenario, type LoadedScenario } from '../scenario/scenario-file.ts'
import { overridesOf, type FlagValues } from './flags.ts'
import { printWarnings } from './output.ts'
import { ResultFolder } from './result-folder.ts'

/**
 * `bench <scenario>`: checks scenario, machine and folder, then runs and reports.
 *
 * @param given names of the flags that were typed
 * @param commandNames for the suggestion when the scenario's name is a misspelt command
 */
export async function bench(
  nameOrPath: string,
  flags: FlagValues,
  given: readonly string[],
  commandNames: readonly string[],
): Promise<number> {
  const measure = loadMeasure(nameOrPath, flags.quick === true, commandNames)
  if (measure !== undefined) return (await import('./measure-command.ts')).measure(measure, flags, given)
  const loaded = loadScenario(nameOrPath, overridesOf(flags), commandNames)
  checkMachine(loaded, flags.force === true)
  const folder = ResultFolder.open(String(flags.out), loaded.name)
  await printWarnings(loaded.warnings)
  // Loaded only now: runner and reports take longer to load than all checks take, and a refusal is to come at once.
  if (loaded.study !== undefined) return (await import('./run-study.ts')).runStudyAndReport(loaded, loaded.study, flags, folder)
  const { runAndReport } = await import('./run-and-report.ts')
  return runAndReport(loaded, flags, folder)
}

/** A sweep must fit at every point; a search may ask for more than the machine holds, and says then that this was the limit. */
function checkMachine({ scenario, study }: LoadedScenario, isForced: boolean): void {
  if (study?.kind === 'search') return
  for (const at of study?.points ?? [{ scenario }]) checkLimits(at.scenario, isForced)
}
