import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { measureResultSchema } from '../src/core/measure.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { resultSchema } from '../src/core/result.ts'
import { studySchema } from '../src/core/study-result.ts'
import { machineLine } from '../src/report/facts.ts'
import { breakEvenSentence } from '../src/report/study/break-even-text.ts'
import { answerSentence } from '../src/report/study/search-text.ts'
import { tiers } from '../src/report/verdicts.ts'

/** What the committed reference result of a scenario says of the figures that its file declares, as Markdown; undefined where there is none. */
export function referenceQuote(name: string): string | undefined {
  const place = `results/reference/${name}`
  const parsed = (file: string): unknown => {
    const path = join(packageRoot(), place, file)
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  }
  const head = (command: string, startedAt: string, machine: string): string =>
    `Seen with \`${command}\` on ${startedAt.slice(0, 10)}, ${machine} ([report](../${place}/report.md)):`
  const result = parsed('result.json')
  if (result !== undefined) {
    const document = resultSchema.parse(result)
    const declared = Object.keys((document.scenario.resolved['matters'] as object | undefined) ?? {})
    const lines = tiers(document).flatMap(({ metric, sentence }) => (declared.includes(metric) ? [`- ${sentence}`] : []))
    const startedAt = document.trials[0]?.startedAt ?? ''
    return [head(document.harness.command, startedAt, machineLine(document)), '', ...lines, '', picture(place, 'trade-off')].join('\n')
  }
  const study = parsed('study.json')
  if (study !== undefined) {
    const document = studySchema.parse(study)
    const answers = document.search.map((answer) => `- ${answerSentence(document, answer)}`)
    const crossings = document.breakEven
      .filter(({ crossings: found }) => found.some(({ matters }) => matters))
      .map((one) => `- ${breakEvenSentence(document, one)}`)
    return [head(document.harness.command, document.startedAt, machineLine(document)), '', ...answers, ...crossings].join('\n')
  }
  const measure = parsed('measure.json')
  if (measure === undefined) return undefined
  const { harness, environment, figures } = measureResultSchema.parse(measure)
  const rows = figures.map(
    ({ group, label, median, low, high, unit }) => `- ${group}, ${label}: ${shown(median)} ${unit} (${shown(low)} – ${shown(high)})`,
  )
  return [head(harness.command, environment['startedAt'] as string, machineLine({ environment })), '', ...rows].join('\n')
}

function picture(place: string, chart: string): string {
  return existsSync(join(packageRoot(), place, 'charts', `${chart}.png`))
    ? `![What each contender costs](../${place}/charts/${chart}.png)`
    : ''
}

function shown(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}
