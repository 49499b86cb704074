import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { microBenchmarkResultSchema } from '../src/core/micro-benchmark.ts'
import { resultSchema, type ResultDocument } from '../src/core/result.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { studySchema, type StudyDocument } from '../src/core/study-result.ts'
import { answerOf } from '../src/answer/answer.ts'
import { studyAnswerOf } from '../src/answer/study-answer.ts'
import { catalogue } from '../src/cli/catalogue.ts'
import { documentText } from '../src/cli/result-folder.ts'
import { breakEvens } from '../src/metrics/break-even.ts'
import { compare } from '../src/metrics/comparison.ts'
import { microBenchmarkHtml } from '../src/report/html.ts'
import { microBenchmarkMarkdown } from '../src/report/markdown.ts'
import { writeReport, writeStudyReport, type ReportOptions } from '../src/report/write-report.ts'

/** What was kept of a result. */
export interface KeptReference {
  name: string
  /** Folder that holds it now. */
  folder: string
  /** Relative to the folder, in the order of their names. */
  files: { name: string; bytes: number }[]
}

/** How the reports of a run or a study are drawn. */
type OptionsOf = (document: Pick<ResultDocument, 'environment' | 'harness'>) => ReportOptions

/** What a run, a study or a micro-benchmark leaves in its folder, and how its report is drawn again from that. */
interface Kept {
  name: string
  file: string
  text: string
  write: (dir: string) => Promise<unknown>
}

/**
 * Keeps the document of a finished run, study or micro-benchmark under `<root>/<name>` with its reports drawn anew. Deliveries,
 * time lines and the runs at the points of a study stay behind: they are megabytes, and no figure of the reports needs them.
 *
 * The new folder is complete before it takes the place of an earlier one, which may be the very folder that is read.
 *
 * @param optionsOf how the reports of a run are drawn
 * @throws {Error} when nothing finished is there; what was kept before stays as it is
 */
export async function keepReference(folder: string, root: string, optionsOf: OptionsOf = () => ({})): Promise<KeptReference> {
  const { name, file, text, write } = readFinished(folder, optionsOf)
  const kept = join(root, name)
  const draft = join(root, `.${name}.draft`)
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  try {
    writeFileSync(join(draft, file), text)
    await write(draft)
    rmSync(kept, { recursive: true, force: true })
    renameSync(draft, kept)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return { name, folder: kept, files: filesIn(kept) }
}

/** Says what was kept, and how large it is. */
export function keptText({ folder, files }: KeptReference): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return [
    `${folder}: ${files.length} files, ${inKilobytes(bytes)}`,
    ...files.map((file) => `  ${file.name}  ${inKilobytes(file.bytes)}`),
  ].join('\n')
}

function readFinished(folder: string, optionsOf: OptionsOf): Kept {
  const files = readdirSync(folder)
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  if (files.includes('study.json')) {
    const study = comparedAnew(studySchema.parse(JSON.parse(read('study.json'))))
    if (study.interrupted) throw new Error(`${folder}: an interrupted study is no reference`)
    return {
      name: study.scenario.name,
      file: 'study.json',
      text: documentText(study),
      write: (dir) => writeStudyReport(study, dir, optionsOf(study)),
    }
  }
  if (files.includes('measure.json')) {
    const text = read('measure.json')
    const measure = microBenchmarkResultSchema.parse(JSON.parse(text))
    if (!measure.isComplete) throw new Error(`${folder}: a measure that was stopped is no reference`)
    const write = async (dir: string): Promise<void> => {
      writeFileSync(join(dir, 'report.md'), microBenchmarkMarkdown(measure))
      writeFileSync(join(dir, 'report.html'), await microBenchmarkHtml(measure))
    }
    return { name: measure.name, file: 'measure.json', text, write }
  }
  if (!files.includes('result.json')) throw new Error(`${folder}: holds no result.json, study.json or measure.json`)
  const result = judgedAnew(resultSchema.parse(JSON.parse(read('result.json'))))
  if (result.interrupted || result.failedTrials.length > 0) throw new Error(`${folder}: an interrupted or failed run is no reference`)
  return {
    name: result.scenario.name,
    file: 'result.json',
    text: documentText(result),
    write: (dir) => writeReport(result, dir, optionsOf(result)),
  }
}

/** Verdicts and answer follow from the trials: a kept result has those of the rules that it is kept by, whichever commit measured it. */
function judgedAnew(document: ResultDocument): ResultDocument {
  const { matters, limits } = document.scenario.resolved as Pick<Scenario, 'matters' | 'limits'>
  const judged = askedAnew({ ...document, comparison: compare(document.summary, matters, document.trials, limits) })
  // Keys in the order of the schema: what is kept again is the same to the byte.
  return resultSchema.parse({ ...judged, answer: answerOf(judged) })
}

/** The same of a study: the break-even points of a sweep follow from the rows of its points. */
function comparedAnew(study: StudyDocument): StudyDocument {
  const { matters } = study.scenario.resolved as Pick<Scenario, 'matters'>
  const done = study.points.filter(({ status }) => status === 'done')
  const judged = askedAnew(study.kind === 'search' ? study : { ...study, breakEven: breakEvens(study.axes, done, matters) })
  return studySchema.parse({ ...judged, answer: studyAnswerOf(judged) })
}

/**
 * The words of a scenario, and what its answer is to be about, are no part of what was measured: they are those of the file of today.
 * What matters was declared before the run and stays.
 */
function askedAnew<Document extends Pick<ResultDocument, 'scenario'>>(document: Document): Document {
  const { name, resolved, sources } = document.scenario
  const file = catalogue()
    .flatMap(({ entries }) => entries)
    .find((entry) => entry.name === name)
  if (file === undefined) return document
  const { title, question, story, answer } = file.whole as Pick<Scenario, 'title' | 'question' | 'story' | 'answer'>
  const asked = { title, question, ...(story === undefined ? {} : { story }), ...(answer === undefined ? {} : { answer }) }
  const fromFile = Object.fromEntries(Object.keys(asked).map((key) => [key, 'file' as const]))
  return { ...document, scenario: { ...document.scenario, resolved: { ...resolved, ...asked }, sources: { ...sources, ...fromFile } } }
}

function filesIn(folder: string): KeptReference['files'] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name))
    .toSorted()
    .map((path) => ({ name: path.slice(folder.length + 1), bytes: statSync(path).size }))
}

function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000)} kB`
}
