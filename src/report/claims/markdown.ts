import { escaped, folded, table, textOf } from '../markdown-text.ts'
import { claimTransports } from './claim-table.ts'
import type { JudgedCell, JudgedRow } from './judge.ts'
import { machineLine } from '../facts.ts'
import { withoutClaim } from '../missing-transports.ts'
import type { ClaimEvidence } from './statement.ts'

const heads = ['', ...claimTransports]

/** docs/claims.md: the table with its verdicts, then row by row the rule, what each verdict rests on, and the figures. */
export function claimsMarkdown(rows: readonly JudgedRow[], evidence: ClaimEvidence): string {
  const files = [...evidence.results, ...evidence.studies]
  const machines = [...new Set(files.map(({ document }) => machineLine(document)))]
  return textOf([
    '# Claims',
    '',
    'The comparison table of the source, cell by cell: what it says in our words, and what the results under [results/reference](../results/reference) say to it. Made by `npm run schemas`; no figure here is typed by hand, and the rule stands beside the verdicts.',
    '',
    ...(files.length === 0
      ? ['There is no reference result yet: nothing is measured.']
      : machines.map((machine) => `Measured on ${escaped(machine)}.`)),
    'The verdicts hold for these workloads on this machine, over the loopback.',
    ...withoutClaim(),
    '',
    ...table(
      heads,
      rows.map(({ row, cells }) => [`**${escaped(row.title)}**`, ...cells.map((cell) => `${escaped(cell.words)}: **${cell.verdict}**`)]),
    ),
    '',
    ...rows.flatMap(rowLines),
  ])
}

function rowLines({ row, ruleText, cells, figures }: JudgedRow): string[] {
  return [
    `## ${escaped(row.title)}`,
    '',
    `Rule: ${escaped(ruleText)}`,
    '',
    ...table(
      ['', 'claim', 'verdict', 'figures'],
      cells.map((cell) => [cell.transport, escaped(cell.words), `**${cell.verdict}**: ${escaped(cell.why)}`, figuresText(cell)]),
    ),
    '',
    ...folded(
      'What each verdict rests on',
      cells.flatMap(({ transport, statements }) =>
        statements.map(({ outcome, text, file }) => `- ${transport}, ${outcome}: ${escaped(text)} (${link(file)})`),
      ),
    ),
    ...folded(
      'Figures of every result, medians over blocks',
      figures.length === 0
        ? []
        : table(
            ['figure', ...claimTransports, 'file'],
            figures.map(({ what, values, file }) => [escaped(what), ...values.map(escaped), link(file)]),
          ),
    ),
  ]
}

function figuresText({ figures }: JudgedCell): string {
  return figures === null ? 'none' : `${escaped(figures.text)} (${link(figures.file)})`
}

function link(file: string): string {
  return `[${escaped(file.replace(/^results\/reference\//u, '').replace(/\/[^/]*$/u, ''))}](../${file})`
}
