import { basename } from 'node:path'
import { HarnessError } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StoredProfile } from '../report/calculator/html.ts'
import { environmentHash } from '../machine/environment-hash.ts'
import { note } from './output.ts'
import { findProfile } from './profile-folder.ts'

const out = 'results'

/**
 * The cost model that the calculator of a report computes with: the newest of the machine that the report is about, else the
 * committed reference, marked as another machine's; null where there is none. A file that is no profile is told and left out:
 * a report must not fail by it.
 */
export async function profileFor({ environment, harness }: Pick<ResultDocument, 'environment' | 'harness'>): Promise<StoredProfile | null> {
  try {
    const { profile, file, isOtherMachine } = findProfile(out, environmentHash(environment, harness.version))
    return { profile, file: `results/profiles/${basename(file)}`, isOfThisMachine: !isOtherMachine }
  } catch (fault) {
    if (!(fault instanceof HarnessError)) throw fault
    if (fault.code !== 'ERR_PROFILE_MISSING') await note(`${fault.message} The report has no calculator.\n`)
    return null
  }
}
