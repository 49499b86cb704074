import { exitCodes } from '../core/errors.ts'
import { checkMicroBenchmark } from '../micro/micro-benchmark.ts'
import { openFile } from '../scenario/open-file.ts'
import { checkScenario } from '../scenario/scenario-file.ts'
import { overridesOf, type FlagValues } from './flags.ts'
import { print, printWarnings, reportColumns } from './output.ts'
import { scenarioText } from './show-text.ts'

/** `bench show <scenario>`: the scenario as it would run, each value with its source, and the load that follows from it. */
export async function show(nameOrPath: string, flags: FlagValues): Promise<number> {
  const opened = openFile(nameOrPath)
  if (opened.kind === 'micro-benchmark') {
    await print(`${JSON.stringify({ name: opened.name, measure: checkMicroBenchmark(opened, flags.quick === true) }, null, 2)}\n`)
    return exitCodes.done
  }
  const loaded = checkScenario(opened, overridesOf(flags))
  const { name, scenario, sources, warnings } = loaded
  await printWarnings(warnings)
  if (flags.json === true) {
    await print(`${JSON.stringify({ name, scenario, sources }, null, 2)}\n`)
    return exitCodes.done
  }
  await print(scenarioText(loaded, reportColumns(), flags.full === true))
  return exitCodes.done
}
