import { checkNodeOptions } from '../machine/child-environment.ts'
import { checkLimits, freshPortCount, readMachineLimits } from '../machine/limits.ts'
import type { OpenedFile } from '../scenario/open-file.ts'
import { checkScenario, type LoadedScenario } from '../scenario/scenario-file.ts'
import { overridesOf, type FlagValues } from './flags.ts'
import { measureAlone } from './measure-alone.ts'
import { printWarnings } from './output.ts'
import { listenForStop } from './stop-signals.ts'

/** `bench <scenario>`: checks scenario, machine and folder, then runs and reports. */
export async function bench(opened: OpenedFile, flags: FlagValues): Promise<number> {
  const loaded = checkScenario(opened, overridesOf(flags))
  checkMachine(loaded, flags)
  if (typeof flags.nodeOptions === 'string') checkNodeOptions(flags.nodeOptions)
  // Loaded only now: runner and reports take longer to load than all checks take, and a refusal is to come at once.
  const { ResultFolder } = await import('./result-folder.ts')
  // Before the folder is made: a signal that ended the process here would leave it empty.
  const stop = listenForStop()
  try {
    const folder = ResultFolder.open(String(flags.out), loaded.name)
    await printWarnings(loaded.warnings)
    const { runAndReport } = await import('./run-and-report.ts')
    const what = `${loaded.study === undefined ? 'scenario' : 'study'} ${loaded.name}`
    try {
      return await measureAlone(what, flags, (hasLock) => runAndReport(loaded, flags, { folder, stop, hasLock }))
    } finally {
      folder.discardIfEmpty()
    }
  } finally {
    stop.release()
  }
}

/**
 * Refuses before anything is made; a run asks again when it starts, since a machine changes in the hours of a study. A sweep
 * must fit at every point; a search may ask for more than the machine holds, and says then that this was the limit.
 */
function checkMachine({ scenario, study }: LoadedScenario, { force, namespace }: FlagValues): void {
  if (study?.kind === 'search') return
  const limits = readMachineLimits()
  // Whether trials get ports of their own is seen when the run starts; it refuses then what fits in neither.
  if (namespace !== 'off' && limits.localPortCount !== null) limits.localPortCount = Math.max(limits.localPortCount, freshPortCount)
  for (const at of study?.points ?? [{ scenario }]) checkLimits(at.scenario, force === true, limits)
}
