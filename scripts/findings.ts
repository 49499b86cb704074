import { catalogue } from '../src/cli/catalogue.ts'
import { machineInShort } from '../src/report/facts.ts'
import { capital } from '../src/text/format.ts'
import { blocksMarkdown } from '../src/report/markdown-blocks.ts'
import { escaped, folded, textOf } from '../src/report/markdown-text.ts'
import { keptBlocks } from './kept-answer.ts'
import { dayOf, keptResult, missingNames, type KeptResult } from './kept-results.ts'

/** Of the charts of a result the first of these is shown; the others are folded. */
const chartOrder = ['recovery', 'trade-off', 'along-lostRatio', 'along-server']

/** docs/findings.md: the answer, the table and the charts of each scenario whose result is kept. Nothing in it is typed by hand. */
export function findingsPage(): string {
  const kept = catalogue().flatMap(({ entries }) =>
    entries.flatMap(({ name, whole }) => {
      const result = keptResult(name)
      return result === undefined ? [] : [{ question: whole.question, result }]
    }),
  )
  const missing = missingNames()
  return textOf([
    '# Findings',
    '',
    'What the results in [results/reference](../results/reference) answer to the questions of their [scenarios](scenarios.md). `npm run findings` draws all of them anew and writes this page.',
    '',
    ...kept.map(({ question, result: { name } }) => `- [${name}](#${name}): ${escaped(question)}`),
    ...(missing.length === 0
      ? []
      : ['', `Of the short answer in [README.md](../README.md) these are not kept yet: ${missing.join(', ')}.`]),
    '',
    ...kept.flatMap(({ question, result }) => section(question, result)),
  ])
}

function section(question: string, kept: KeptResult): string[] {
  const { name, place, document, charts } = kept
  const [first, ...others] = charts.toSorted((a, b) => rankOf(a) - rankOf(b)).map((chart) => chartImage(place, chart))
  return [
    `## ${name}`,
    '',
    `**${escaped(question)}**`,
    '',
    ...blocksMarkdown(keptBlocks(kept), { level: 3, isFolding: true, chartsSkipped: null }),
    ...(first === undefined ? [] : [first, '']),
    ...folded(others.length === 1 ? 'Another chart' : `${others.length} more charts`, others.flatMap((image) => [image, '']).slice(0, -1)),
    `\`${document.harness.command}\`, ${dayOf(kept)}, ${escaped(machineInShort(document))}: [report](../${place}/report.md) · [data](../${kept.file}).`,
    '',
  ]
}

function rankOf(chart: string): number {
  const rank = chartOrder.indexOf(nameOf(chart))
  return rank === -1 ? chartOrder.length : rank
}

function chartImage(place: string, chart: string): string {
  return `![${capital(nameOf(chart))}](../${place}/charts/${chart})`
}

function nameOf(chart: string): string {
  return chart.replace(/\.png$/u, '')
}
