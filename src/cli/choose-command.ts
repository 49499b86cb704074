import { createInterface } from 'node:readline/promises'
import { writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { exitCodes, harnessError, HarnessError, messageOf } from '../core/errors.ts'
import type { VerifiedTransport } from '../advisor/verify-choice.ts'
import type { Requirement } from '../core/requirement.ts'
import { chooseHere, type Chosen } from '../advisor/choose.ts'
import { requirementFields } from '../advisor/requirement-fields.ts'
import { isAnythingStated, readAnswer, readRequirement, readWeights } from '../advisor/requirement-input.ts'
import { choiceFigures } from '../report/calculator/figures.ts'
import { choiceRecord, fullChoiceTerminal, type RecordPicture } from '../report/choice-report.ts'
import { choiceTerminal } from '../report/choice-terminal.ts'
import type { Figure } from '../report/charts/figure.ts'
import { renderFigures } from '../report/render-charts.ts'
import { wrap } from '../report/text-layout.ts'
import type { FlagValues } from './flags.ts'
import { measureAlone } from './measure-alone.ts'
import { note, print, reportColumns, usesColour } from './output.ts'
import { listenForStop } from './stop-signals.ts'

/**
 * `bench choose`: what a project should use, from a stored profile.
 *
 * @returns 0; 5 when no transport meets what is asked; with `--verify`, 4 when the prediction is wrong, 5 when it could not be judged
 * @throws {HarnessError} ERR_USAGE or ERR_WORKLOAD_INVALID for what was stated; ERR_PROFILE_* for the profile
 */
export async function chooseTransport(flags: FlagValues): Promise<number> {
  const weights = readWeights(flags['weights'])
  const requirement = isAnythingStated(flags) ? readRequirement(flags) : await askRequirement()
  const path = typeof flags['profile'] === 'string' ? flags['profile'] : undefined
  const chosen = chooseHere(requirement, { out: String(flags['out']), path, weights })
  const { choice, source } = chosen
  const { file, isOtherMachine, profile } = source
  const facts = { file, isOtherMachine, isQuick: profile.isQuick, startedAt: profile.startedAt, notTrusted: profile.notTrusted }
  const record = typeof flags['adr'] === 'string' ? flags['adr'] : undefined
  const pictures = typeof flags['charts'] === 'string' ? await drawCharts(flags['charts'], choiceFigures(choice, profile)) : []
  if (record !== undefined) writeRecord(record, choiceRecord(choice, source, besideRecord(pictures, record)))
  await print(
    flags['json'] === true
      ? `${JSON.stringify({ ...choice, profile: facts }, null, 2)}\n`
      : flags['full'] === true
        ? fullChoiceTerminal(choice, source, reportColumns())
        : choiceTerminal(choice, source, { columns: reportColumns(), colour: usesColour(process.stdout) }),
  )
  const written = [...(record === undefined ? [] : [record]), ...pictures.map(({ path }) => path)]
  if (written.length > 0) await note(`Written: ${written.join(', ')}\n`)
  if (choice.recommendation.transport === null) return exitCodes.noValidTrial
  if (flags['verify'] === true) return measureAlone('choose --verify', flags, () => verify(chosen, flags['json'] === true ? note : print))
  return exitCodes.done
}

/**
 * Asks on the terminal; an empty answer takes the default.
 *
 * @throws {HarnessError} ERR_USAGE where there is no terminal to ask on
 */
async function askRequirement(): Promise<Requirement> {
  if (!process.stdin.isTTY) {
    const needed = requirementFields.filter(({ isNeeded }) => isNeeded === true).map(({ flag, value }) => `${flag} <${value}>`)
    throw harnessError(
      'ERR_USAGE',
      `choose: no workload was given, and there is no terminal to ask questions on. Give ${needed.join(' ')}, or --file <FILE>. See "bench choose --help".`,
    )
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const stated: Record<string, unknown> = {}
  try {
    for (const field of requirementFields) {
      if (field.question === undefined) continue
      for (;;) {
        const typed = (await terminal.question(`${field.question} `)).trim()
        if (typed === '' && field.isNeeded !== true) break
        const value = readAnswer(field, typed, (text) => void note(`  ${text}\n`))
        if (value === undefined) continue
        stated[field.key] = value
        break
      }
    }
  } finally {
    terminal.close()
  }
  const { requirementSchema } = await import('../core/requirement.ts')
  return requirementSchema.parse(stated)
}

/** Draws figures into a folder. Without what draws, says so and goes on: the answer needs no picture. */
async function drawCharts(dir: string, figures: readonly Figure[]): Promise<RecordPicture[]> {
  try {
    const { files, skipped } = await renderFigures(figures, dir)
    if (skipped !== null) await note(`${skipped}\n`)
    return files.map((file, at) => ({ title: figures[at]!.title, path: join(dir, file) }))
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    throw harnessError(
      'ERR_RESULT_UNWRITABLE',
      `${dir}: charts cannot be written there: ${messageOf(cause)}. Choose another folder with --charts.`,
      cause,
    )
  }
}

function besideRecord(pictures: readonly RecordPicture[], record: string): RecordPicture[] {
  return pictures.map(({ title, path }) => ({ title, path: relative(dirname(record), path).split(sep).join('/') }))
}

function writeRecord(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (cause) {
    throw harnessError(
      'ERR_RESULT_UNWRITABLE',
      `${path}: the decision record cannot be written: ${messageOf(cause)}. Choose another file with --adr.`,
      cause,
    )
  }
}

/**
 * @param tell where it goes: beside an answer as JSON, to stderr
 * @returns 4 when a figure that the model answers for is off by more than 25 %; else 5 when one could not be judged; that of a
 * signal wins
 */
async function verify({ choice, source }: Chosen, tell: typeof print): Promise<number> {
  const { verifyChoice } = await import('../advisor/verify-choice.ts')
  const { ruleOfVerification, verificationConclusion, verifiedText } = await import('./verify-text.ts')
  const stop = listenForStop(() => void note('stopping\n'))
  const onStart = (text: string): void => void note(`${text}\n`)
  const found: VerifiedTransport[] = []
  try {
    for await (const verified of verifyChoice(choice, source.profile, { signal: stop.signal, onStart })) {
      found.push(verified)
      await tell(verifiedText(verified))
    }
    if (stop.signal.aborted) return stop.exitCode() ?? exitCodes.fault
  } finally {
    stop.release()
  }
  await tell([verificationConclusion(found), ruleOfVerification].flatMap((text) => wrap(text, reportColumns())).join('\n') + '\n')
  return verificationExitCode(found)
}

/** Off comes before not judged; a verification of nothing is not judged. */
export function verificationExitCode(found: readonly Pick<VerifiedTransport, 'verdict'>[]): number {
  if (found.some(({ verdict }) => verdict === 'off')) return exitCodes.limit
  return found.length > 0 && found.every(({ verdict }) => verdict === 'holds') ? exitCodes.done : exitCodes.noValidTrial
}
