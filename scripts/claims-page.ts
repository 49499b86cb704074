import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { resultSchema } from '../src/core/result.ts'
import { studySchema } from '../src/core/study-result.ts'
import { judgeClaims } from '../src/report/claims/judge.ts'
import { claimsMarkdown } from '../src/report/claims/markdown.ts'
import type { ClaimEvidence } from '../src/report/claims/statement.ts'

/** Its figures stand for a claim where several results have some. */
const first = 'notifications'
const place = 'results/reference'

/** docs/claims.md, from the committed reference results; it may have none. */
export function claimsPage(): string {
  const evidence = referenceEvidence()
  return claimsMarkdown(judgeClaims(evidence), evidence)
}

function referenceEvidence(): ClaimEvidence {
  const dir = join(packageRoot(), place)
  const names = existsSync(dir) ? readdirSync(dir).toSorted((a, b) => Number(b === first) - Number(a === first) || a.localeCompare(b)) : []
  const documents = <Document>(file: string, parse: (value: unknown) => Document) =>
    names
      .map((name) => `${place}/${name}/${file}`)
      .filter((path) => existsSync(join(packageRoot(), path)))
      .map((path) => ({ file: path, document: parse(JSON.parse(readFileSync(join(packageRoot(), path), 'utf8'))) }))
  return {
    results: documents('result.json', (value) => resultSchema.parse(value)),
    studies: documents('study.json', (value) => studySchema.parse(value)),
  }
}
