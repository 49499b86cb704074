import { textWidth, wrap } from '../report/text-layout.ts'
import { isRecord, pathText, type KeyPath } from '../scenario/allowed-values.ts'
import type { LoadedScenario } from '../scenario/scenario-file.ts'
import { durationSeconds } from '../scenario/study-plan.ts'
import { roughDurationText } from '../text/duration-text.ts'
import { loadText } from '../traffic/traffic-plan.ts'

const gap = 2
const indent = 2
/** Said above the table, or for a reader of the file. */
const saidElsewhere = new Set<PropertyKey>(['$schema', 'title', 'question', 'story', 'group', 'answer'])
const mostLines = 40
/** Of the width of the terminal; longer paths are broken. */
const pathShare = 0.5
/** Lists and records of which each entry is a row of its own. */
const listDepth = 2

interface Row {
  path: string
  value: string
  source: string
}

/**
 * A scenario as it would run, with the load that follows from it, no line wider than `columns`.
 *
 * @param isFull every value with its source; else those that differ from the default, each contender in one row
 */
export function scenarioText(loaded: LoadedScenario, columns: number, isFull: boolean): string {
  if (isFull) return textOf(loaded, settingsOf(loaded), columns)
  const set = settingsOf(loaded).filter(({ source, path }) => source !== 'default' && !saidElsewhere.has(path[0]!))
  const text = textOf(loaded, grouped(set), columns)
  // Labels say in what contenders differ.
  return text.split('\n').length <= mostLines + 1 ? text : textOf(loaded, grouped(set.filter(isNoOption)), columns)
}

function isNoOption({ path }: Setting): boolean {
  return path[0] !== 'contenders' || path[2] === 'label'
}

function textOf(loaded: LoadedScenario, rows: readonly Setting[], columns: number): string {
  const { name, scenario } = loaded
  const hiddenCount = settingsOf(loaded).filter(({ source }) => source === 'default').length
  return [
    ...wrap(`${name}: ${scenario.title}`, columns),
    ...wrap(scenario.question, columns),
    '',
    ...tableLines(
      rows.map(({ path, value, source }) => ({ path: pathText(path), value, source })),
      columns,
    ),
    '',
    ...(rows.some(({ source }) => source === 'default') ? [] : wrap(`${hiddenCount} more values are defaults: --full`, columns)),
    ...runLines(loaded, columns),
    '',
  ].join('\n')
}

interface Setting {
  path: KeyPath
  value: string
  source: string
}

function settingsOf({ scenario, sources }: LoadedScenario): Setting[] {
  return leaves(scenario).map(([path, value]) => ({ path, value: JSON.stringify(value), source: sources[pathText(path)] ?? 'default' }))
}

function leaves(value: unknown, path: KeyPath = []): [KeyPath, unknown][] {
  if (value === undefined) return []
  if (!isRecord(value) && !Array.isArray(value)) return [[path, value]]
  const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return entries.flatMap(([key, inner]) => leaves(inner, [...path, key]))
}

/** What lies below the same entry of a list or record becomes one row: `contenders[0]  transport "sse", heartbeatMs 5000`. */
function grouped(settings: readonly Setting[]): Setting[] {
  const groups = new Map<string, Setting[]>()
  for (const setting of settings) {
    const key = pathText(setting.path.slice(0, listDepth))
    groups.set(key, [...(groups.get(key) ?? []), setting])
  }
  return [...groups.values()].map((parts) => {
    const [first] = parts
    if (parts.length === 1 && first!.path.length <= listDepth) return first!
    const value = parts.map(({ path, value: text }) => `${pathText(path.slice(listDepth))} ${text}`.trim()).join(', ')
    return { path: first!.path.slice(0, listDepth), value, source: [...new Set(parts.map(({ source }) => source))].join(', ') }
  })
}

function tableLines(rows: readonly Row[], columns: number): string[] {
  const pathWidth = Math.min(Math.floor(columns * pathShare), Math.max(0, ...rows.map(({ path }) => textWidth(path))))
  const sourceWidth = Math.max(0, ...rows.map(({ source }) => textWidth(source)))
  const room = Math.max(1, columns - indent - pathWidth - 2 * gap - sourceWidth)
  const shown = rows.map(({ path, value, source }) => ({ paths: wrap(path, pathWidth), values: wrap(value, room), source }))
  const valueWidth = Math.max(0, ...shown.flatMap(({ values }) => values.map(textWidth)))
  return shown.flatMap(({ paths, values, source }) =>
    Array.from({ length: Math.max(paths.length, values.length) }, (_, line) =>
      [' '.repeat(indent) + padded(paths[line] ?? '', pathWidth), padded(values[line] ?? '', valueWidth), line === 0 ? source : '']
        .join(' '.repeat(gap))
        .trimEnd(),
    ),
  )
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

function runLines(loaded: LoadedScenario, columns: number): string[] {
  const { scenario, study } = loaded
  const trials = `${scenario.contenders.length} contenders × ${scenario.blockCount} blocks = ${scenario.contenders.length * scenario.blockCount} trials`
  const runs =
    study === undefined
      ? [...loadText(scenario).split('\n'), trials]
      : [study.kind === 'sweep' ? `${study.points.length} points, each ${trials}` : 'a search: one trial a step']
  const duration = `${study?.kind === 'search' ? 'at most about' : 'about'} ${roughDurationText(durationSeconds(loaded))}`
  return [...runs, duration].flatMap((line) => wrap(line, columns))
}
