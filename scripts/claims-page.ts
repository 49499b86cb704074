import { claimPages, claimsMarkdown } from '../src/report/claims/markdown.ts'
import { judgeClaims } from '../src/report/claims/judge.ts'
import type { ClaimEvidence } from '../src/report/claims/statement.ts'
import { keptNames, keptResult } from './kept-results.ts'

/** Its figures stand for a claim where several results have some. */
const first = 'notifications'

/** docs/claims.md and the pages under docs/claims/, by path, from the kept results; there may be none. */
export function claimsPages(): Record<string, string> {
  const evidence = keptEvidence()
  const rows = judgeClaims(evidence)
  const pages = Object.entries(claimPages(rows)).map(([id, text]) => [`docs/claims/${id}.md`, text])
  return { 'docs/claims.md': claimsMarkdown(rows, evidence), ...(Object.fromEntries(pages) as Record<string, string>) }
}

function keptEvidence(): ClaimEvidence {
  const names = keptNames().toSorted((a, b) => Number(b === first) - Number(a === first))
  const kept = names.map((name) => keptResult(name)!)
  return { results: kept.filter((one) => one.kind === 'run'), studies: kept.filter((one) => one.kind === 'study') }
}
