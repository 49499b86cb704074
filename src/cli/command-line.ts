import { Command, CommanderError } from 'commander'
import { exitCodes, harnessError, type HarnessError } from '../core/errors.ts'
import { commandPrefix, packageVersion } from '../core/package-root.ts'
import type { ReportFormat } from '../report/formats.ts'
import { openFile, type OpenedFile } from '../scenario/open-file.ts'
import type { CalibrateFlags } from './calibrate-command.ts'
import {
  addScenarioFlags,
  addWaitFlag,
  choiceFlag,
  durationHelp,
  flagHint,
  parsePort,
  parseRetries,
  parseSeed,
  type FlagValues,
} from './flags.ts'
import { print } from './output.ts'
import type { ProfileFlags } from './profile-command.ts'
import type { ServeFlags } from './serve-command.ts'
import { requirementFields } from '../advisor/requirement-fields.ts'

const calibrateHelp = `
No ids: the whole suite; with --quick, its quick set. Ids are K-numbers, in upper or lower case:
  bench calibrate --quick        run this before you make any claim
  bench calibrate K01 k20        these two
  bench calibrate aa             K26: one transport under ten labels, 45 pairs
  bench calibrate planted        K27: is a seeded difference of 2 ms found?

Every report includes the latest record, in red if a check failed or if machine, Node, libraries or version have changed
since. Exit codes: 0 all passed, 4 a check failed, 130 interrupted (checks that had ended are kept).
docs/calibration.md explains each check.`

const profileHelp = `
Runs a designed experiment on this machine (clients × rates × sizes × intervals, each transport alone), fits the cost of a poll, a
delivery and a held client, and compares the model with held-out trials. About 15 minutes, --quick about 4.
"bench choose" then answers from it at once. Ctrl-C discards everything: a model is never fitted to half an experiment.`

const chooseHelp = `
${durationHelp}
In a file, keys are the flag names in camel case (messagesPerSecond); durations are "2s", or a number of ms.
Without flags, on a terminal, it asks for the values. Weights apply to latency, cpu, memory, egress and requests; they give a second
opinion and never change the recommendation. docs/choosing.md explains how it decides and what it cannot know.

  bench choose --clients 50000 --messages-per-second 0.2 --payload 300 --staleness 2s --fan-out broadcast --tabs 3
  bench choose --file workload.json --adr docs/adr/0007-transport.md --charts docs/adr/0007`

/** As in src/report/formats.ts, which a command line that draws nothing does not load; the compiler holds them together. */
const reportFormats: readonly ReportFormat[] = ['csv', 'json', 'md', 'gfm', 'html', 'png', 'svg']
const fullFlag = '--full'
const fullHelp = 'print all figures, verdicts, trials and warnings'
const openFlag = '--open'
const openHelp = 'open report.html when it is written'
const chartModes = ['auto', 'required', 'off'] as const

/**
 * Runs one command line (without node and script) and resolves to its exit code.
 *
 * @throws {HarnessError} ERR_USAGE for what is not known, given twice or missing, before anything has started
 */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.done
  let helpText = ''
  const program = declare((code) => (exitCode = code)).configureOutput({ writeOut: (text) => (helpText += text), writeErr: () => {} })
  // Which flags there are is the descriptors' to say, and their schemas take long to load.
  const serveCommand = program.commands.find((command) => command.name() === 'serve')!
  if (words.includes('serve')) (await import('./serve-flags.ts')).addServeFlags(serveCommand)
  for (const command of [program, ...program.commands]) refuseRepeats(command.exitOverride().copyInheritedSettings(program).exitOverride())
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw usageError(error, program, words)
  }
  await print(helpText)
  return exitCode
}

function declare(end: (exitCode: number) => void): Command {
  const program: Command = new Command('bench')
    .description('Compares short polling, long polling, SSE and WebSocket on one workload and reports what each costs.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText(
      'after',
      (): string =>
        `\n"bench" stands for "${commandPrefix()}", and "bench <scenario>" is short for "bench run <scenario>":\n\n${program.commands[0]!.helpInformation()}\n${durationHelp}`,
    )
  addWaitFlag(
    addScenarioFlags(
      program.command('run <scenario>', { isDefault: true }).description('run a scenario (name or path) and write its reports'),
    ),
  )
    .option('--out <DIR>', 'folder for results', 'results')
    .addOption(choiceFlag('--namespace', ['auto', 'off'], 'run each trial in its own network namespace'))
    .addOption(choiceFlag('--charts', chartModes, 'draw PNG charts'))
    .option('--retries <N>', 'repeat a trial up to N times if other processes, CPU steal or a CPU quota disturbed it', parseRetries, 1)
    .option('--force', 'run even if the machine cannot hold all clients')
    .option('--node-options <OPTIONS>', 'Node options for servers and client hosts, as in NODE_OPTIONS')
    .option('--no-lock', 'measure even while another run measures; every trial is then tainted')
    .option(fullFlag, fullHelp)
    .option(openFlag, openHelp)
    .option('--json', 'print the result document and nothing else on stdout')
    .option('--quiet', 'print no progress')
    .action(async (scenario: string, flags: FlagValues, command: Command) =>
      end(await run(openFile(scenario, commandNames(program)), flags, givenFlags(command))),
    )
  addScenarioFlags(program.command('show <scenario>').description('print a scenario as it would run, and where each value comes from'))
    .option(fullFlag, 'print every setting, not only those that differ from the default')
    .option('--json', 'print it as JSON')
    .action(async (scenario: string, flags: FlagValues) => end(await (await import('./show-command.ts')).show(scenario, flags)))
  program
    .command('list')
    .description('print scenarios and transports')
    .action(async () => end(await (await import('./list-command.ts')).list()))
  program
    .command('serve <transport>')
    .description('start the server of a transport, to try it out by hand')
    .option('--host <ADDRESS>', 'address to listen on', '127.0.0.1')
    .option('--port <N>', 'port to listen on; 0 picks a free one', parsePort, 8080)
    .option('--cors', 'let pages of any origin read its responses')
    .addHelpText('after', `\n${durationHelp}`)
    .action(async (transport: string, { port, ...flags }: ServeFlags & { port: number }) =>
      end(await (await import('./serve-command.ts')).serve(transport, flags, port)),
    )
  program
    .command('report [dirs...]')
    .description('write the reports of a result or study again, from its result.json or study.json')
    .addOption(choiceFlag('--charts', chartModes, 'draw PNG charts'))
    .addOption(
      choiceFlag('--format', reportFormats, 'write one format only: to stdout; png and svg to files in charts/').default(undefined),
    )
    .option('--compare', 'put several results on one page, each with its machine')
    .option('--out <FILE>', 'file that --compare writes', 'results/comparison.html')
    .option(fullFlag, fullHelp)
    .option(openFlag, openHelp)
    .action(async (dirs: string[], flags: FlagValues) => end(await (await import('./report-command.ts')).report(dirs, flags)))
  program
    .command('compare <before> <after>')
    .description('compare two results of the same scenario on the same machine')
    .option('--fail-on-regression', 'exit with 4 if any figure got worse')
    .option(fullFlag, 'print every figure with its interval')
    .option('--json', 'print the comparison as JSON and nothing else on stdout')
    .action(async (before: string, after: string, flags: FlagValues) =>
      end(await (await import('./compare-command.ts')).compare(before, after, flags)),
    )
  addWaitFlag(
    program
      .command('calibrate [ids...]')
      .description('self-test: run cases with known answers and check that the harness measures them correctly'),
  )
    .option('--quick', 'the quick set, in short runs (under 4 minutes on 2 cores)')
    .option('--list', 'list the checks, whether each is in the quick set, and its seconds (quick–full); run none')
    .option('--out <DIR>', 'folder for results; the records go to DIR/calibration', 'results')
    .option('--json', 'print the records and nothing else on stdout')
    .addHelpText('after', calibrateHelp)
    .action(async (ids: string[], flags: CalibrateFlags) => end(await (await import('./calibrate-command.ts')).calibrate(ids, flags)))
  addModelCommands(program, end)
  program
    .command('doctor')
    .description('check this machine, and say what to change where it falls short')
    .action(async () => end(await (await import('./doctor-command.ts')).doctor()))
  return program
}

/** Adds the commands that make and use a cost model. */
function addModelCommands(program: Command, end: (exitCode: number) => void): void {
  addWaitFlag(program.command('profile').description('measure what each transport costs on this machine, and fit a cost model'))
    .option('--quick', 'fewer and shorter trials, wider intervals')
    .option('--seed <N>', 'seed of schedules and order', parseSeed, 1)
    .option('--out <DIR>', 'folder for results; the profile goes to DIR/profiles', 'results')
    .option('--reference', 'write it to reference.json, which a fresh clone uses')
    .option('--json', 'print the profile and nothing else on stdout')
    .option('--quiet', 'print no progress')
    .addHelpText('after', profileHelp)
    .action(async (flags: ProfileFlags) => end(await (await import('./profile-command.ts')).profile(flags)))
  const choose = program
    .command('choose')
    .description('recommend a transport for a workload, predict what each would cost, and show where the answer changes')
  for (const { flag, value, help } of requirementFields) choose.option(`${flag} <${value}>`, help)
  choose
    .option('--file <FILE>', 'a workload as JSON; flags override it')
    .option('--weights <a=N,b=N>', 'weights for a second opinion, e.g. latency=3,cpu=1')
    .option('--profile <FILE>', 'use this profile instead of the newest one of this machine')
    .option('--out <DIR>', 'folder for results; profiles are in DIR/profiles', 'results')
    .option('--adr <FILE>', 'write a decision record (Markdown)')
    .option('--charts <DIR>', 'draw PNG charts of cost by clients and of the cheapest transport; the decision record includes them')
    .option('--verify', 'run the workload, scaled to this machine, and compare the predictions with it')
    .option(fullFlag, 'print every prediction with its interval, what it rests on, and the plan on paper')
    .option('--json', 'print the answer as JSON and nothing else on stdout')
    .addHelpText('after', chooseHelp)
    .action(async (flags: FlagValues) => end(await (await import('./choose-command.ts')).chooseTransport(flags)))
  addWaitFlag(choose)
}

/** Runs what the file holds. A command's modules are loaded when it is called for: the schemas alone double the time to start. */
async function run(opened: OpenedFile, flags: FlagValues, given: readonly string[]): Promise<number> {
  if (opened.kind === 'micro-benchmark') return (await import('./micro-command.ts')).microBenchmark(opened, flags, given)
  return (await import('./bench-command.ts')).bench(opened, flags)
}

/** The same flag twice is a slip, and commander would keep the last in silence. */
function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    let isGiven = false
    command.on(`option:${option.name()}`, () => {
      if (isGiven) throw harnessError('ERR_USAGE', `${option.long}: given twice. Give it once.`)
      isGiven = true
    })
  }
}

/** What commander refused, in the form of the harness's errors and with the nearest known word. */
function usageError(error: CommanderError, program: Command, words: readonly string[]): HarnessError {
  const command = program.commands.find((candidate) => candidate.name() === words[0]) ?? program.commands[0]!
  const help = `See "bench ${command.name()} --help".`
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.unknownOption') {
    const typed = quoted.split('=')[0]!
    const known = [...command.options.map((option) => option.long!), '--help']
    return harnessError(
      'ERR_USAGE',
      `${typed}: unknown option of "bench ${command.name()}".${flagHint(typed, known)} Known: ${known.join(', ')}.`,
      error,
    )
  }
  if (error.code === 'commander.excessArguments') {
    const extra = command.args.slice(command.registeredArguments.length)
    return harnessError(
      'ERR_USAGE',
      `${extra.map((word) => JSON.stringify(word)).join(', ')}: unexpected after "bench ${command.name()}". ${help}`,
      error,
    )
  }
  if (error.code === 'commander.missingArgument')
    return harnessError('ERR_USAGE', `bench ${command.name()}: missing <${quoted}>. ${help} "bench list" shows what is available.`, error)
  return harnessError('ERR_USAGE', `${error.message.replace(/^error: /, '')}. ${help}`, error)
}

function givenFlags(command: Command): string[] {
  return command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli').map((option) => option.long!)
}

function commandNames(program: Command): string[] {
  return program.commands.map((command) => command.name())
}
