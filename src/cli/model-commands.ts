import type { Command } from 'commander'
import { durationHelp, parseSeed, type FlagValues } from './flags.ts'
import type { ProfileFlags } from './profile-command.ts'
import { requirementFields } from '../advisor/requirement-fields.ts'

const profileHelp = `
Runs a designed experiment on this machine (clients × rates × sizes × intervals, each transport alone), fits what a poll, a
delivery and a held client cost, and holds the model against trials that it has not seen. About 15 minutes, --quick about 4.
"bench choose" then answers from it at once. Ctrl-C keeps nothing: half an experiment is not fitted.`

const chooseHelp = `
${durationHelp}
In a file the keys are those of the flags in camel case (messagesPerSecond); durations are "2s", or a number of ms.
Without flags and on a terminal it asks. Weights are over latency, cpu, memory, egress and requests; they are shown beside the
recommendation and never change it. docs/choosing.md says how it decides and what it cannot know.

  bench choose --clients 50000 --messages-per-second 0.2 --payload 300 --staleness 2s --fan-out broadcast --tabs 3
  bench choose --file workload.json --adr docs/adr/0007-transport.md --charts docs/adr/0007`

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
  const choose = program
    .command('choose')
    .description('say which transport a workload should use, what each would cost, and where the answer turns')
  for (const { flag, value, help } of requirementFields) choose.option(`${flag} <${value}>`, help)
  choose
    .option('--file <FILE>', 'a workload as JSON; flags win over it')
    .option('--weights <a=N,b=N>', 'a second opinion, e.g. latency=3,cpu=1')
    .option('--profile <FILE>', 'a profile in the place of the newest of this machine')
    .option('--out <DIR>', 'folder for results; profiles are in DIR/profiles', 'results')
    .option('--adr <FILE>', 'write a decision record (Markdown)')
    .option('--charts <DIR>', 'draw cost by clients and the map of the cheapest as PNG; the record shows them')
    .option('--verify', 'run the workload, scaled to this machine, and hold the predictions against it')
    .option('--json', 'print the answer as JSON and nothing else on stdout')
    .addHelpText('after', chooseHelp)
    .action(async (flags: FlagValues) => end(await (await import('./choose-command.ts')).chooseTransport(flags)))
}
