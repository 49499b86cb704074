import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeProfile } from '../src/advisor/profile-folder.ts'
import { profileMarkdown } from '../src/report/profile-report.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { profileSchema } from '../src/core/profile-result.ts'
import { cursorFormOf } from '../src/advisor/model/framing.ts'
import { modelOf } from '../src/advisor/run-profile.ts'

/**
 * `npm run refit -- PROFILE.json`: keeps a profile as results/profiles/reference.json with the model that its points give by
 * the code of today. A profile is its measured points; everything else in it follows from them.
 */
const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: npm run refit -- results/profiles/<started>.json')
const profile = profileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
for (const path of writeProfile(
  join(packageRoot(), 'results', 'profiles'),
  { ...profile, ...modelOf(profile.points, cursorFormOf(profile)) },
  true,
  profileMarkdown,
))
  console.log(path)
