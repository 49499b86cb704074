import { Option, type Command } from 'commander'
import { harnessError } from '../core/errors.ts'
import { commandPrefix } from '../core/package-root.ts'
import { parseDecimal } from '../text/decimal.ts'
import { durationForms, parseDurationMs } from '../text/duration-text.ts'
import type { Override, ScenarioOverrides } from '../scenario/scenario-overrides.ts'
import { didYouMean, nearestName } from '../text/nearest-name.ts'
import { oneOfText } from '../scenario/allowed-values.ts'

interface ScenarioFlag {
  flag: string
  value: 'N' | 'DURATION'
  path: readonly string[]
  help: string
}

/** The flags that change one value of a scenario. What a value may be is the schema's business. */
const scenarioFlags: readonly ScenarioFlag[] = [
  { flag: '--clients', value: 'N', path: ['clientCount'], help: 'simulated clients' },
  { flag: '--rate', value: 'N', path: ['traffic', 'messagesPerSecondPerChannel'], help: 'messages per second and channel' },
  { flag: '--measured', value: 'DURATION', path: ['phases', 'measuredMs'], help: 'length of the measured window' },
  { flag: '--warmup', value: 'DURATION', path: ['phases', 'warmUpMs'], help: 'length of the warm-up before it, not counted; may be 0' },
  { flag: '--blocks', value: 'N', path: ['blockCount'], help: 'how many times every contender runs' },
  { flag: '--seed', value: 'N', path: ['seed'], help: 'seed of schedule, phases and order' },
]

const transportsFlag = '--transports'
const inPhaseFlag = '--in-phase'
const sweepFlag = '--sweep'
const quickFlag = '--quick'

/** The line of help that says how durations are written. */
export const durationHelp = `DURATION is ${durationForms}.`

/** Words of other tools for the same thing. */
const flagSynonyms: Readonly<Record<string, string>> = {
  '--connections': '--clients',
  '--users': '--clients',
  '--vus': '--clients',
  '--concurrency': '--clients',
  '--duration': '--measured',
  '--time': '--measured',
  '--runs': '--blocks',
  '--repetitions': '--blocks',
  '--messages-per-second': '--rate',
  '--output': '--out',
}

/** ` Did you mean "--clients"?` for an unknown flag, also where it is another tool's word; or nothing. */
export function flagHint(typed: string, known: readonly string[]): string {
  const near = nearestName(typed.replace(/^-*/, '--'), [
    ...known,
    ...Object.keys(flagSynonyms).filter((word) => known.includes(flagSynonyms[word]!)),
  ])
  return near === undefined ? '' : ` Did you mean "${flagSynonyms[near] ?? near}"?`
}

/** Values of flags as commander keeps them, by name without dashes, in camel case. */
export type FlagValues = Record<string, string | boolean | undefined>

/** Adds the flags that change a scenario. */
export function addScenarioFlags(command: Command): Command {
  for (const { flag, value, help } of scenarioFlags) command.option(`${flag} <${value}>`, help)
  return command
    .option(quickFlag, 'run the short form of the scenario, for a first look')
    .option(inPhaseFlag, 'let all clients poll and send heartbeats at the same instant, on purpose')
    .option(`${transportsFlag} <a,b>`, 'run only these, in this order')
    .option(`${sweepFlag} <PATH=V1,V2>`, 'run at each value of a numeric setting; a second axis after a semicolon')
    .addHelpText('after', `\n${durationHelp}`)
}

/** Adds the flag that says what to do when another run has the lock of the machine. */
export function addWaitFlag(command: Command): Command {
  return command.option('--no-wait', 'exit instead of waiting if another run is measuring on this machine')
}

/** What the given flags change in a scenario. */
export function overridesOf(values: FlagValues): ScenarioOverrides {
  const overrides = scenarioFlags.flatMap(({ flag, value, path }): Override[] => {
    const typed = values[flag.slice(2)]
    if (typeof typed !== 'string') return []
    const isDuration = value === 'DURATION'
    return [{ flag, path, isDuration, typed, value: (isDuration ? parseDurationMs(typed) : parseDecimal(typed)) ?? typed }]
  })
  const { transports, inPhase, sweep } = values
  if (typeof sweep === 'string') overrides.push({ flag: sweepFlag, path: ['sweep'], isDuration: false, typed: sweep, value: axesOf(sweep) })
  if (inPhase === true) overrides.push({ flag: inPhaseFlag, path: ['inPhase'], isDuration: false, typed: inPhaseFlag, value: true })
  return {
    values: overrides,
    ...(values.quick === true && { isQuick: true }),
    transports: typeof transports === 'string' ? transports.split(',').map((id) => id.trim()) : undefined,
  }
}

/** The axes of `clientCount=100,1000;network.delayMs=40,150`; what is no number is left for the schema to refuse. */
function axesOf(typed: string): Record<string, unknown[]> {
  return Object.fromEntries(
    typed.split(';').map((axis) => {
      const [path = '', list = ''] = axis.split('=')
      return [path.trim(), list.split(',').map((value) => parseDecimal(value.trim()) ?? value.trim())]
    }),
  )
}

/** A flag that takes one of a few words. Commander's own check would not offer the nearest. */
export function choiceFlag(flag: string, words: readonly string[], help: string): Option {
  return new Option(`${flag} <${words.join('|')}>`, help).default(words[0]).argParser((word: string) => {
    if (words.includes(word)) return word
    throw harnessError('ERR_USAGE', `${flag}: must be ${oneOfText(words)}, got ${JSON.stringify(word)}.${didYouMean(word, words)}`)
  })
}

/** A TCP port: a whole number from 0 (any free one) to 65535. */
export function parsePort(typed: string): number {
  return wholeNumber('--port', typed, 65_535, ' (any free port)')
}

/** A seed: a whole number from 0 to 4294967295. */
export function parseSeed(typed: string): number {
  return wholeNumber('--seed', typed, 4_294_967_295)
}

/** How often a trial is repeated: a whole number from 0 to 10. */
export function parseRetries(typed: string): number {
  return wholeNumber('--retries', typed, 10)
}

function wholeNumber(flag: string, typed: string, most: number, meaningOfZero = ''): number {
  const value = parseDecimal(typed)
  if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw harnessError('ERR_USAGE', `${flag}: must be a whole number from 0${meaningOfZero} to ${most}, got ${JSON.stringify(typed)}.`)
}

/** The words of the command line. A `--` before them all is left out: pnpm hands on the one that npm takes for itself. */
export function typedWords(): string[] {
  const words = process.argv.slice(2)
  return words[0] === '--' ? words.slice(1) : words
}

/** The command as it can be typed again. */
export function typedCommand(): string {
  const quoted = typedWords().map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
  return `${commandPrefix()} ${quoted.join(' ')}`
}
