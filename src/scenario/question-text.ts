import { valueAt, isRecord } from './allowed-values.ts'
import { keysOf } from './axis-path.ts'
import { durationText } from '../text/duration-text.ts'
import { formatExact } from '../text/format.ts'

const placeholder = /\{([a-z][\w.*]*)\}/giu

/**
 * A question with the numbers of the workload that runs: "{clientCount}", or the path of another numeric setting in braces, is its value, and its range
 * where a sweep runs several. So a quick form, or a flag, never leaves a number in the question that is not that of the run.
 *
 * @param settings of the scenario, after defaults
 * @returns the text, and the paths in braces that are no numeric setting, which stay as they are
 */
export function questionText(question: string, settings: Readonly<Record<string, unknown>>): { text: string; unknown: string[] } {
  const unknown: string[] = []
  const text = question.replaceAll(placeholder, (braces: string, path: string) => {
    const values = valuesAt(settings, path)
    if (values.length === 0) unknown.push(path)
    return values.length === 0 ? braces : rangeText(path, values)
  })
  return { text, unknown }
}

function valuesAt(settings: Readonly<Record<string, unknown>>, path: string): number[] {
  const swept = valueAt(settings, ['sweep', path])
  const found = Array.isArray(swept)
    ? swept.map((entry: unknown) => (isRecord(entry) ? entry['value'] : entry))
    : [valueAt(settings, keysOf(path))]
  return found.filter((value) => typeof value === 'number')
}

function rangeText(path: string, values: readonly number[]): string {
  const shown = [Math.min(...values), Math.max(...values)].map((value) =>
    /Ms(?:\.\w+)?$/u.test(path) ? durationText(value) : formatExact(value),
  )
  return [...new Set(shown)].join(' to ')
}
