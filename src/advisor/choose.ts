import { packageVersion } from '../core/package-root.ts'
import type { Requirement } from '../core/requirement.ts'
import { environmentHash, trialEnvironment } from '../machine/environment.ts'
import { choose, type Choice } from './model/choose.ts'
import type { Weights } from './model/weighted-ranking.ts'
import { findProfile, type StoredProfile } from './profile-folder.ts'

/** The answer to a requirement, and the profile that it was computed from. */
export interface Chosen {
  choice: Choice
  source: StoredProfile
}

/**
 * Chooses a transport for this machine by a stored profile, as `findProfile` finds it.
 *
 * @throws {HarnessError} ERR_PROFILE_* for the profile
 */
export function chooseHere(
  requirement: Requirement,
  { out, path, weights }: { out: string; path?: string | undefined; weights?: Weights | undefined },
): Chosen {
  const hash = environmentHash(trialEnvironment(), packageVersion())
  const source = findProfile(out, hash, path)
  return { choice: choose(source.profile, requirement, weights), source }
}
