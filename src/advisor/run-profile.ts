import { nowUs } from '../core/clock.ts'
import { harnessError } from '../core/errors.ts'
import { commandPrefix, packageVersion } from '../core/package-root.ts'
import { profileSchemaVersion, type Profile, type ProfilePoint, type TransportProfile } from '../core/profile-result.ts'
import { usPerSecond } from '../core/units.ts'
import { cursorForm } from './model/framing.ts'
import { modelTransports } from './model/workload.ts'
import { environmentHash, readHarness, trialEnvironment } from '../machine/environment.ts'
import { designPoints, profilePhases, profileSeconds, type DesignPoint } from './profile/design.ts'
import { fitTransport } from './profile/fit-profile.ts'
import { measurePoint } from './profile/measure-point.ts'
import { accuracyOf, distrust, validate } from './profile/validate.ts'

/** What a profile is made from. */
export interface ProfileRequest {
  isQuick: boolean
  seed: number
  command: string
  signal: AbortSignal
  onPoint: (point: DesignPoint, number: number, count: number, remainingSeconds: number) => void
  onMeasured: (point: ProfilePoint) => void
}

/** How many trials the experiment has, and about how long they take. */
export function profilePlan(isQuick: boolean, seed: number): { trialCount: number; seconds: number } {
  const design = designPoints(isQuick, seed)
  return { trialCount: design.length, seconds: profileSeconds(design) }
}

/**
 * Runs the experiment and fits the model.
 *
 * @returns null after an abort: half an experiment is not fitted
 * @throws {HarnessError} ERR_PROFILE_POINTS when too few trials of a transport came to an end for a fit
 */
export async function runProfile(request: ProfileRequest): Promise<Profile | null> {
  const { isQuick, seed, signal } = request
  const startedAtUs = nowUs()
  const environment = trialEnvironment()
  const design = designPoints(isQuick, seed)
  const points: ProfilePoint[] = []
  for (const [at, point] of design.entries()) {
    if (signal.aborted) return null
    request.onPoint(point, at + 1, design.length, profileSeconds(design.slice(at)))
    try {
      const measured = await measurePoint(point, { phases: profilePhases, seed: seed + at, signal })
      // An abort in the measured window ends the trial early, with part of its figures.
      if (signal.aborted) return null
      points.push(measured)
      request.onMeasured(measured)
    } catch (error) {
      if (signal.aborted) return null
      throw error
    }
  }
  return {
    schemaVersion: profileSchemaVersion,
    harness: readHarness(request.command),
    environment,
    environmentHash: environmentHash(environment, packageVersion()),
    startedAt: environment['startedAt'] as string,
    durationSeconds: (nowUs() - startedAtUs) / usPerSecond,
    isQuick,
    seed,
    cursorBytes: cursorForm.plainBytes,
    ...modelOf(points),
  }
}

/**
 * Fits and validates: everything of a profile that follows from its points.
 *
 * @param cursor of their trials
 * @throws {HarnessError} ERR_PROFILE_POINTS when a transport has too few points
 */
export function modelOf(
  points: ProfilePoint[],
  cursor = cursorForm,
): Pick<Profile, 'transports' | 'validation' | 'accuracy' | 'notTrusted' | 'points'> {
  const transports = modelTransports.map((transport): TransportProfile => {
    const fitted = fitTransport(
      transport,
      points.filter((point) => point.transport === transport),
      cursor,
    )
    if (!('reason' in fitted)) return fitted
    const failed = points.filter((point) => point.status === 'failed').map((point) => point.reasons['measured'])
    throw harnessError(
      'ERR_PROFILE_POINTS',
      `profile: ${fitted.reason}; a fit needs more points than terms.${failed.length === 0 ? '' : ` ${failed.length} trials failed: ${failed[0]}.`} Run "${commandPrefix()} doctor", then the profile again.`,
    )
  })
  const validation = transports.flatMap((profile) => validate(profile, points, { measured: cursor, predicted: cursor }))
  const accuracy = accuracyOf(validation)
  const left = points.filter(({ status }) => status === 'failed' || status === 'invalid')
  const notTrusted = distrust(accuracy, validation)
  if (left.length > 0)
    notTrusted.push(
      `${left.length} trials failed or were invalid and were not used in any fit: ${left.map(({ transport, name }) => `${transport}, ${name}`).join('; ')}.`,
    )
  return { transports, validation, accuracy, notTrusted, points }
}
