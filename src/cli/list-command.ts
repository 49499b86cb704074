import { exitCodes } from '../core/errors.ts'
import { wrap } from '../report/text-layout.ts'
import { catalogue } from './catalogue.ts'
import { registry } from '../core/transports/registry.ts'
import { print, reportColumns } from './output.ts'

/** `bench list`: every scenario with its question and about how long it takes, by kind; every transport with its title. */
export async function list(): Promise<number> {
  const columns = reportColumns()
  const groups = catalogue().map(({ group, entries }) => {
    const rows = entries.map((entry) => [entry.name, `${entry.whole.question} (${entry.durations})`] as const)
    return `${group}\n${lines(rows, columns)}`
  })
  const transports = registry.map(({ id, traits }) => [id, `${traits.title}: ${traits.protocol}; used for ${traits.fits}`] as const)
  await print(`Scenarios\n\n${groups.join('\n')}\nTransports\n\n${lines(transports, columns)}`)
  return exitCodes.done
}

function lines(rows: readonly (readonly [string, string])[], columns: number): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  const indent = ' '.repeat(width + 4)
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${wrap(text, columns - indent.length).join(`\n${indent}`)}\n`).join('')
}
