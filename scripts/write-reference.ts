import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { profileSchema } from '../src/core/profile-result.ts'
import type { ResultDocument } from '../src/core/result.ts'
import { environmentHash } from '../src/machine/environment.ts'
import type { StoredProfile } from '../src/report/calculator/html.ts'
import { missingText, writeGeneratedFiles } from './generated-files.ts'
import { keptNames, keptPlace } from './kept-results.ts'
import { keepReference, keptText } from './reference-folder.ts'

/**
 * `npm run reference -- RESULT_FOLDER …` keeps results under results/reference/<scenario>/ with their reports, and says what was
 * kept and how large it is. `npm run findings` (`--all`) draws the reports of all that are kept anew. Both write the pages that
 * quote them: README.md, docs/findings.md, docs/claims.md, docs/scenarios.md.
 */
const asked = process.argv.slice(2)
if (asked.length === 0) throw new Error('usage: npm run reference -- results/<scenario>/<started> …, or npm run findings')
const root = join(packageRoot(), keptPlace)
const folders = asked[0] === '--all' ? keptNames().map((name) => join(root, name)) : asked
for (const folder of folders) {
  console.log(keptText(await keepReference(folder, root, (document) => ({ profile: referenceProfile(document) }))))
}
console.log([...writeGeneratedFiles(), missingText()].filter(Boolean).join('\n'))

/** The committed cost model, for the calculator of the page; none is required. */
function referenceProfile({ environment, harness }: Pick<ResultDocument, 'environment' | 'harness'>): StoredProfile | null {
  const file = 'results/profiles/reference.json'
  const path = join(packageRoot(), file)
  if (!existsSync(path)) return null
  const profile = profileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  return { file, profile, isOfThisMachine: profile.environmentHash === environmentHash(environment, harness.version) }
}
