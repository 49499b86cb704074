import type { Command } from 'commander'
import { parseSeed } from './flags.ts'
import type { ProfileFlags } from './profile-command.ts'

const profileHelp = `
Runs a designed experiment on this machine (clients × rates × sizes × intervals, each transport alone), fits what a poll, a
delivery and a held client cost, and holds the model against trials that it has not seen. About 15 minutes, --quick about 4.
"bench choose" then answers from it at once. Ctrl-C keeps nothing: half an experiment is not fitted.`

/** Adds the commands that make and use a cost model. */
export function addModelCommands(program: Command, end: (exitCode: number) => void): void {
  program
    .command('profile')
    .description('measure what this machine charges for each transport, and fit a cost model')
    .option('--quick', 'fewer and shorter trials, wider intervals')
    .option('--seed <N>', 'of schedules and order', parseSeed, 1)
    .option('--out <DIR>', 'folder for results; the profile goes to DIR/profiles', 'results')
    .option('--reference', 'write it as reference.json, which a fresh clone answers from')
    .option('--json', 'print the profile and nothing else on stdout')
    .option('--quiet', 'no progress')
    .addHelpText('after', profileHelp)
    .action(async (flags: ProfileFlags) => end(await (await import('./profile-command.ts')).profile(flags)))
}
