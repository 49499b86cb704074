import { exitCodes } from '../core/errors.ts'
import { openFolder } from '../core/files.ts'
import { profileFolder, profileText, writeProfile } from '../advisor/profile-folder.ts'
import { profilePlan, runProfile } from '../advisor/run-profile.ts'
import { profileMarkdown, profileTerminal } from '../report/profile-report.ts'
import { roughDurationText } from '../text/duration-text.ts'
import { typedCommand } from './flags.ts'
import { measureAlone } from './measure-alone.ts'
import { note, print, reportColumns, timedNotes } from './output.ts'
import { listenForStop } from './stop-signals.ts'

export interface ProfileFlags {
  quick?: boolean
  json?: boolean
  quiet?: boolean
  reference?: boolean
  seed: number
  out: string
  wait?: boolean
}

/**
 * `bench profile`: measures what this machine charges for polls, deliveries and clients, fits a model and compares it with
 * points that it has not seen.
 *
 * @returns 0, whatever the errors of the model are: the profile says where not to trust it; 130 or 143 after a signal, with
 * nothing written
 */
export async function profile(flags: ProfileFlags): Promise<number> {
  const folder = openFolder(profileFolder(flags.out), 'profile')
  return measureAlone('profile', flags, () => measureProfile(flags, folder))
}

async function measureProfile(flags: ProfileFlags, folder: string): Promise<number> {
  const isQuick = flags.quick === true
  const say = timedNotes(flags.quiet === true)
  const stop = listenForStop(() => say('stopping; the results of an unfinished experiment are discarded'))
  try {
    const { trialCount, seconds } = profilePlan(isQuick, flags.seed)
    say(`${trialCount} trials, about ${roughDurationText(seconds)}; do not use the machine meanwhile`)
    const made = await runProfile({
      isQuick,
      seed: flags.seed,
      command: typedCommand(),
      signal: stop.signal,
      onPoint: ({ transport, name }, number, count, remainingSeconds) =>
        say(`${number} of ${count}, ${roughDurationText(remainingSeconds)} left: ${transport}, ${name}`),
      onMeasured: ({ status, reasons }) => {
        if (status === 'failed') say(`failed: ${reasons['measured']}`)
        else if (status !== 'valid' && status !== 'unknown') say(`this trial is ${status}`)
      },
    })
    if (made === null) return stop.exitCode() ?? exitCodes.fault
    const files = writeProfile(folder, made, flags.reference === true, profileMarkdown)
    await print(flags.json === true ? profileText(made) : profileTerminal(made, reportColumns()))
    if (flags.quiet !== true) await note(`Written: ${files.join(', ')}\n`)
    return exitCodes.done
  } finally {
    stop.release()
  }
}
