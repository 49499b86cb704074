import { machineLine } from '../facts.ts'
import { capital } from '../../text/format.ts'
import { escaped, table, textOf } from '../markdown-text.ts'
import { withoutClaim } from '../missing-transports.ts'
import { claimTransports } from './claim-table.ts'
import type { JudgedCell, JudgedRow } from './judge.ts'
import type { ClaimEvidence } from './statement.ts'

/** docs/claims.md, one screen: each claim with its verdict and one figure, linked to the result that it is from. */
export function claimsMarkdown(rows: readonly JudgedRow[], { results, studies }: ClaimEvidence): string {
  const machines = [...new Set([...results, ...studies].map(({ document }) => machineLine(document)))]
  return textOf([
    '# Claims',
    '',
    'What is usually said of the four transports, and what the results in [results/reference](../results/reference) say to it: the verdict, and one figure with the result that it is from. The name of a row leads to its rule and to everything that its verdicts rest on. Written by `npm run schemas`.',
    '',
    ...table(
      ['', ...claimTransports],
      rows.map((judged) => [title(judged), ...judged.cells.map(cellMarkdown)]),
    ),
    '',
    '**Depends**: some results agree and others do not. **Undecided**: no result shows a reliable difference.',
    ...(machines.length === 0
      ? ['There is no reference result yet: nothing is measured.']
      : [`The verdicts hold for these workloads over the loopback, on ${machines.map(escaped).join('; and on ')}.`]),
    ...withoutClaim(),
  ])
}

/** docs/claims/<row>.md by the id of each row that some result says something about: its rule, its verdicts, and what each rests on. */
export function claimPages(rows: readonly JudgedRow[]): Record<string, string> {
  return Object.fromEntries(rows.filter(isJudged).map((judged) => [judged.row.id, claimPage(judged)]))
}

function claimPage({ row, ruleText, cells }: JudgedRow): string {
  return textOf([
    `# Claims: ${escaped(row.title)}`,
    '',
    `[All claims](../claims.md). ${escaped(ruleText)}`,
    '',
    ...cells.flatMap(({ transport, words, verdict, why, statements }) => [
      `## ${transport}: ${escaped(words)}`,
      '',
      `**${capital(verdict)}**: ${escaped(why)}.`,
      '',
      ...statements.map(({ outcome, text, file }) => `- ${outcome}: ${escaped(text)} ([${nameOf(file)}](${reportOf(file, '../..')}))`),
      '',
    ]),
  ])
}

function isJudged({ cells }: JudgedRow): boolean {
  return cells.some(({ statements }) => statements.length > 0)
}

function title(judged: JudgedRow): string {
  const { id, title: words } = judged.row
  return isJudged(judged) ? `[${escaped(words)}](claims/${id}.md)` : escaped(words)
}

function cellMarkdown({ words, verdict, figure }: JudgedCell): string {
  const shown = figure === null ? '' : `<br>[${escaped(figure.text)}](${reportOf(figure.file, '..')})`
  return `${escaped(words)}: **${verdict}**${shown}`
}

/** "notifications" of results/reference/notifications/result.json. */
function nameOf(file: string): string {
  return escaped(file.split('/').at(-2) ?? file)
}

/** The report beside a document, from a page that stands that far below the root. */
function reportOf(file: string, root: string): string {
  return `${root}/${file.replace(/[^/]*$/u, 'report.md')}`
}
