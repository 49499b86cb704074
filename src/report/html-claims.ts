import type { ResultDocument } from '../core/result.ts'
import { claimTransports } from './claims/claim-table.ts'
import { judgeClaims, type JudgedCell } from './claims/judge.ts'
import { withoutClaim } from './missing-transports.ts'
import { folded, html, list, row, section, table } from './html-text.ts'

const note =
  'The usual comparison of the four transports makes a claim in each cell. This is what this run alone says to it; docs/claims.md weighs all reference results.'

/** What a run says to the claims of docs/claims.md. */
export function claimsSection(document: ResultDocument): string {
  const rows = judgeClaims({ results: [{ file: 'this run', document }], studies: [] })
  const verdicts = rows.map(({ row: { title }, cells }) => row([html(title), ...cells.map(cellHtml)]))
  const details = rows
    .filter(({ cells }) => cells.some(({ statements }) => statements.length > 0))
    .map(({ row: { title }, ruleText, cells }) =>
      folded(
        title,
        `<p class="notes">${html(ruleText)}</p>` +
          list(cells.flatMap(({ transport, statements }) => statements.map(({ outcome, text }) => `${transport}, ${outcome}: ${text}`))),
      ),
    )
  const body = `<p>${html([note, ...withoutClaim()].join(' '))}</p>${table(['', ...claimTransports.map(html)], verdicts, 'claims')}${details.join('')}`
  return section('Claims', body, 'claims')
}

function cellHtml({ words, verdict, why, figures }: JudgedCell): string {
  const measured = figures === null ? '' : `<span class="interval">${html(figures.text)}</span>`
  return `<span class="said">${html(words)}</span> <strong class="claim ${verdict.replace(' ', '-')}">${html(verdict)}</strong><span class="reason">${html(why)}</span>${measured}`
}
