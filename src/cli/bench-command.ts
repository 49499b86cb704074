import { checkLimits } from '../machine/limits.ts'
import type { OpenedFile } from '../scenario/open-file.ts'
import { checkScenario, type LoadedScenario } from '../scenario/scenario-file.ts'
import { overridesOf, type FlagValues } from './flags.ts'
import { printWarnings } from './output.ts'
import { listenForStop } from './stop-signals.ts'

/** `bench <scenario>`: checks scenario, machine and folder, then runs and reports. */
export async function bench(opened: OpenedFile, flags: FlagValues): Promise<number> {
  const loaded = checkScenario(opened, overridesOf(flags))
  checkMachine(loaded, flags.force === true)
  // Loaded only now: runner and reports take longer to load than all checks take, and a refusal is to come at once.
  const { ResultFolder } = await import('./result-folder.ts')
  // Before the folder is made: a signal that ended the process here would leave it empty.
  const stop = listenForStop()
  try {
    const folder = ResultFolder.open(String(flags.out), loaded.name)
    await printWarnings(loaded.warnings)
    const { runAndReport } = await import('./run-and-report.ts')
    return await runAndReport(loaded, flags, { folder, stop })
  } finally {
    stop.release()
  }
}

/**
 * Refuses before anything is made; a run asks again when it starts, since a machine changes in the hours of a study. A sweep
 * must fit at every point; a search may ask for more than the machine holds, and says then that this was the limit.
 */
function checkMachine({ scenario, study }: LoadedScenario, isForced: boolean): void {
  if (study?.kind === 'search') return
  for (const at of study?.points ?? [{ scenario }]) checkLimits(at.scenario, isForced)
}
