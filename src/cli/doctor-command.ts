import { exitCodes } from '../core/errors.ts'
import { machineChecks } from './machine-checks.ts'
import { print } from './output.ts'

/** `bench doctor`: one line for each thing that a run or a report can use, with what to do where it is missing. Never fails: what is missing only costs precision. */
export async function doctor(): Promise<number> {
  for (const check of machineChecks) {
    const { isFine, text } = await check.look()
    await print(`${isFine ? 'ok  ' : 'warn'}  ${check.name.padEnd(12)}  ${text}\n`)
  }
  return exitCodes.done
}
