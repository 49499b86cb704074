import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { microBenchmarkResultSchema, type MicroBenchmarkResult } from '../src/core/micro-benchmark.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { resultSchema, type ResultDocument } from '../src/core/result.ts'
import { studySchema, type StudyDocument } from '../src/core/study-result.ts'

/** Folder of the kept results in the repository. */
export const keptPlace = 'results/reference'

/** The workloads of the short answer in README.md. */
export const shortAnswerNames = [
  'notifications',
  'announcements',
  'news-feed',
  'stock-ticker',
  'dashboard',
  'chat',
  'job-status',
  'llm-stream',
] as const

/** A result that the repository keeps; `place` is its folder there, `charts` are the files of its charts, by name. */
export type KeptResult = { name: string; place: string; charts: readonly string[] } & (
  | { kind: 'run'; file: string; document: ResultDocument }
  | { kind: 'study'; file: string; document: StudyDocument }
  | { kind: 'micro-benchmark'; file: string; document: MicroBenchmarkResult }
)

/** Names of the scenarios of which a result is kept, sorted. */
export function keptNames(): string[] {
  const folder = join(packageRoot(), keptPlace)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => ['result.json', 'study.json', 'measure.json'].some((file) => existsSync(join(folder, name, file))))
    .toSorted()
}

/** The kept result of a scenario; undefined where there is none. */
export function keptResult(name: string): KeptResult | undefined {
  const place = `${keptPlace}/${name}`
  const inFolder = (file: string): string => join(packageRoot(), place, file)
  const parsed = (file: string): unknown => (existsSync(inFolder(file)) ? JSON.parse(readFileSync(inFolder(file), 'utf8')) : undefined)
  const charts = existsSync(inFolder('charts')) ? readdirSync(inFolder('charts')).toSorted() : []
  const shared = { name, place, charts }
  const run = parsed('result.json')
  if (run !== undefined) return { ...shared, kind: 'run', file: `${place}/result.json`, document: resultSchema.parse(run) }
  const study = parsed('study.json')
  if (study !== undefined) return { ...shared, kind: 'study', file: `${place}/study.json`, document: studySchema.parse(study) }
  const measure = parsed('measure.json')
  return measure === undefined
    ? undefined
    : { ...shared, kind: 'micro-benchmark', file: `${place}/measure.json`, document: microBenchmarkResultSchema.parse(measure) }
}

/** The day on which it was measured, as 2026-11-25. */
export function dayOf(kept: KeptResult): string {
  const startedAt =
    kept.kind === 'run'
      ? kept.document.trials[0]?.startedAt
      : kept.kind === 'study'
        ? kept.document.startedAt
        : (kept.document.environment['startedAt'] as string)
  return (startedAt ?? '').slice(0, 10)
}

/** The workloads of the short answer of which no result is kept. */
export function missingNames(): string[] {
  const kept = keptNames()
  return shortAnswerNames.filter((name) => !kept.includes(name))
}
