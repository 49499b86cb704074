import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { harnessError } from '../core/errors.ts'
import { replaceFile } from '../core/files.ts'
import { commandPrefix, packageRoot } from '../core/package-root.ts'
import { profileSchema, type Profile } from '../core/profile-result.ts'
import { readJsonFile } from '../scenario/json-file.ts'

const folderName = 'profiles'
const referenceName = 'reference'

/** Where profiles are kept: `<out>/profiles`. */
export function profileFolder(out: string): string {
  return join(out, folderName)
}

/**
 * Writes the profile and its report.
 *
 * @param reportOf what makes the report
 * @returns the files' paths
 */
export function writeProfile(folder: string, profile: Profile, isReference: boolean, reportOf: (stored: Profile) => string): string[] {
  const name = isReference ? referenceName : profile.startedAt.slice(0, 19).replaceAll(':', '-')
  const text = profileText(profile)
  // As whoever reads the file sees it.
  const stored = profileSchema.parse(JSON.parse(text))
  const files = { [join(folder, `${name}.json`)]: text, [join(folder, `${name}.md`)]: reportOf(stored) }
  for (const [path, text] of Object.entries(files)) replaceFile(path, text)
  return Object.keys(files)
}

/** The document as the file holds it. A document that does not match its schema is refused where it is written. */
export function profileText(profile: Profile): string {
  return `${JSON.stringify(profileSchema.parse(profile), null, 1)}\n`
}

/** A stored profile, and whether it is of this machine. */
export interface StoredProfile {
  profile: Profile
  file: string
  isOtherMachine: boolean
}

/**
 * The newest profile in `<out>/profiles` that was made in this environment, else the committed reference.
 *
 * @param environmentHash of what asks
 * @param path takes this file and no other
 * @throws {HarnessError} ERR_PROFILE_INVALID for a file that is no profile; ERR_PROFILE_MISSING when there is none
 */
export function findProfile(out: string, environmentHash: string, path?: string): StoredProfile {
  const stored = (file: string): StoredProfile => {
    const profile = readProfile(file)
    return { profile, file, isOtherMachine: profile.environmentHash !== environmentHash }
  }
  if (path !== undefined) return stored(path)
  const own = profileFolder(out)
  const files = existsSync(own) ? readdirSync(own).filter((file) => /^\d{4}-.*\.json$/.test(file)) : []
  for (const file of files.toSorted().toReversed()) {
    const found = stored(join(own, file))
    if (!found.isOtherMachine) return found
  }
  const reference = join(packageRoot(), 'results', folderName, `${referenceName}.json`)
  if (existsSync(reference)) return stored(reference)
  throw harnessError(
    'ERR_PROFILE_MISSING',
    `${own}: holds no profile of this machine, and there is no reference profile. Run "${commandPrefix()} profile --quick" (4 minutes), or name a file with --profile.`,
  )
}

function readProfile(file: string): Profile {
  const wayOut = `Make one with "${commandPrefix()} profile".`
  const checked = profileSchema.safeParse(readJsonFile(file, { code: 'ERR_PROFILE_INVALID', wrong: 'is not a profile', wayOut }))
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw harnessError(
    'ERR_PROFILE_INVALID',
    `${file}: is not a profile that this version can read (${issue?.path.join('.')}: ${issue?.message}). ${wayOut}`,
  )
}
