import type { AnswerTable } from '../src/answer/answer-table.ts'
import { answerTopics, type Answer } from '../src/core/answer.ts'
import { escaped, table } from '../src/report/markdown-text.ts'
import type { KeptResult } from './kept-results.ts'

const marks = { best: '● ', open: '○ ' } as const

/** The answer of a kept result to the question of its scenario. */
export function keptAnswer(kept: KeptResult): Answer {
  throw new Error(kept.name)
}

function keptTable(kept: KeptResult): AnswerTable | null {
  throw new Error(kept.name)
}

/** The answer of a kept result with its table, as Markdown. */
export function answerMarkdown(kept: KeptResult): string[] {
  const { recommendation, lines, ruledOut, open } = keptAnswer(kept)
  const shown = keptTable(kept)
  return [
    `> ${escaped(recommendation)}`,
    '',
    ...lines.map(({ topic, text }) => `- **${answerTopics[topic]}**: ${escaped(text)}`),
    ...ruledOut.map(({ text }) => `- **Ruled out**: ${escaped(text)}`),
    ...(open === null ? [] : [`- **Still open**: ${escaped(open.text)}`]),
    '',
    ...(shown === null ? [] : tableMarkdown(shown)),
  ]
}

function tableMarkdown({ heads, rows }: AnswerTable): string[] {
  return table(
    ['', ...heads.map(({ label, spoilt }) => escaped(spoilt === null ? label : `${label} (${spoilt})`))],
    rows.map(({ label, unit, cells }) => [
      escaped(unit === '' ? label : `${label}, ${unit}`),
      ...cells.map(({ text, mark, factor }) =>
        escaped(`${mark === null ? '' : marks[mark]}${text}${factor === null ? '' : ` (${factor})`}`),
      ),
    ]),
  )
}
