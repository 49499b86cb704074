import { exitCodes } from '../core/errors.ts'
import { loadScenario, scenarioNames } from '../runner/scenario-file.ts'
import { registry } from '../runner/registry.ts'
import { print } from './output.ts'

/** `bench list`: every scenario with its question, every transport with its title. */
export async function list(): Promise<number> {
  const scenarios = scenarioNames().map((name) => [name, loadScenario(name).scenario.question] as const)
  const transports = registry.map(({ id, traits }) => [id, `${traits.title}: ${traits.protocol}; fits ${traits.fits}`] as const)
  await print(`Scenarios\n${lines(scenarios)}\nTransports\n${lines(transports)}`)
  return exitCodes.done
}

function lines(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('')
}
