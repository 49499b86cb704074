import { readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { harnessError } from '../core/errors.ts'
import { packageRoot } from '../core/package-root.ts'
import { didYouMean } from '../text/nearest-name.ts'
import { readJsonFile } from './json-file.ts'

/** A file of the folder of scenarios, or one like them, that was read and parsed and not checked yet. */
export interface OpenedFile {
  kind: FileKind
  /** Its name without ".json"; names the folder of results. */
  name: string
  /** Its name for messages. */
  file: string
  parsed: Record<string, unknown>
}

/** A file that names a "measure" in place of traffic and contenders is a micro-benchmark. */
export type FileKind = 'scenario' | 'micro-benchmark'

/**
 * Opens a scenario or micro-benchmark by name or by path. A word with a slash or ending in ".json" is a path.
 *
 * This file and what it imports load no schema, so that a misspelt name is refused at once.
 *
 * @param otherWords words that the user may have meant instead of a name, for the suggestion
 * @throws {HarnessError} ERR_SCENARIO_UNKNOWN if there is no such file; ERR_SCENARIO_INVALID if it holds no JSON object
 */
export function openFile(nameOrPath: string, otherWords: readonly string[] = []): OpenedFile {
  const path = pathOf(nameOrPath, otherWords)
  const file = relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path)
  return opened(path, file)
}

/** Everything that comes with the package, by name. */
export function openAll(): OpenedFile[] {
  return fileNames().map((name) => opened(join(folder(), `${name}.json`), name))
}

/** Names of what comes with the package of this kind, sorted. */
export function namesOf(wanted: FileKind): string[] {
  return openAll().flatMap(({ kind, name }) => (kind === wanted ? [name] : []))
}

function opened(path: string, file: string): OpenedFile {
  const parsed = readJsonFile(path, {
    code: 'ERR_SCENARIO_INVALID',
    wrong: 'is not a scenario',
    wayOut: 'scenarios/scenario.schema.json describes the format.',
    name: file,
    unreadable: { code: 'ERR_SCENARIO_UNKNOWN', wrong: 'cannot be read', wayOut: `Known scenarios: ${fileNames().join(', ')}.` },
  })
  const name = basename(path, '.json').replaceAll(/[^\w.-]/g, '-')
  return { kind: 'measure' in parsed ? 'micro-benchmark' : 'scenario', name, file, parsed }
}

function pathOf(nameOrPath: string, otherWords: readonly string[]): string {
  if (/[/\\]/.test(nameOrPath) || nameOrPath.endsWith('.json')) return join(nameOrPath.startsWith('/') ? '' : process.cwd(), nameOrPath)
  const names = fileNames()
  if (names.includes(nameOrPath)) return join(folder(), `${nameOrPath}.json`)
  const hint = didYouMean(nameOrPath, [...names, ...otherWords])
  throw harnessError(
    'ERR_SCENARIO_UNKNOWN',
    `unknown scenario "${nameOrPath}".${hint} Known: ${names.join(', ')}; a path to a file works too.`,
  )
}

function fileNames(): string[] {
  return readdirSync(folder())
    .filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
    .map((file) => basename(file, '.json'))
    .toSorted()
}

function folder(): string {
  return join(packageRoot(), 'scenarios')
}
