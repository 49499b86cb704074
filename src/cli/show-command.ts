import { exitCodes } from '../core/errors.ts'
import { isRecord, pathText, type KeyPath } from '../scenario/allowed-values.ts'
import { msPerSecond } from '../core/units.ts'
import { durationText } from '../text/duration-text.ts'
import { durationSeconds } from '../scenario/study-plan.ts'
import { checkMicroBenchmark } from '../micro/micro-benchmark.ts'
import { openFile } from '../scenario/open-file.ts'
import { checkScenario } from '../scenario/scenario-file.ts'
import { loadText } from '../traffic/traffic-plan.ts'
import { overridesOf, type FlagValues } from './flags.ts'
import { print, printWarnings } from './output.ts'

/** `bench show <scenario>`: the scenario as it would run, each value with its source, and the load that follows from it. */
export async function show(nameOrPath: string, flags: FlagValues): Promise<number> {
  const opened = openFile(nameOrPath)
  if (opened.kind === 'micro-benchmark') {
    await print(`${JSON.stringify({ name: opened.name, measure: checkMicroBenchmark(opened, flags.quick === true) }, null, 2)}\n`)
    return exitCodes.done
  }
  const loaded = checkScenario(opened, overridesOf(flags))
  const { name, scenario, sources, warnings, study } = loaded
  await printWarnings(warnings)
  if (flags.json === true) {
    await print(`${JSON.stringify({ name, scenario, sources }, null, 2)}\n`)
    return exitCodes.done
  }
  const rows = leaves(scenario).map(([path, value]) => [path, JSON.stringify(value), sources[path] ?? 'default'] as const)
  const widths = [0, 1].map((column) => Math.min(60, Math.max(...rows.map((row) => row[column]!.length))))
  const table = rows.map(([path, value, source]) => `  ${path.padEnd(widths[0]!)}  ${value.padEnd(widths[1]!)}  ${source}\n`).join('')
  const trials = `${scenario.contenders.length} contenders × ${scenario.blockCount} blocks = ${scenario.contenders.length * scenario.blockCount} trials`
  const runs =
    study === undefined
      ? `${loadText(scenario)}\n${trials}`
      : study.kind === 'sweep'
        ? `${study.points.length} points, each ${trials}`
        : 'a search: one trial per step'
  const duration = `${study?.kind === 'search' ? 'at most about' : 'about'} ${durationText(durationSeconds(loaded) * msPerSecond)}`
  await print(`${name}: ${scenario.title}\n${scenario.question}\n\n${table}\n${runs}\n${duration}\n`)
  return exitCodes.done
}

function leaves(value: unknown, path: KeyPath = []): [string, unknown][] {
  if (value === undefined) return []
  if (!isRecord(value) && !Array.isArray(value)) return [[pathText(path), value]]
  const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return entries.flatMap(([key, inner]) => leaves(inner, [...path, key]))
}
