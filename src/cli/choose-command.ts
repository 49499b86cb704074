import { createInterface } from 'node:readline/promises'
import { writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { exitCodes, harnessError, HarnessError, messageOf } from '../core/errors.ts'
import { packageVersion } from '../core/package-root.ts'
import type { Requirement } from '../core/requirement.ts'
import { choose } from '../advisor/model/choose.ts'
import { choiceFigures } from '../report/calculator/figures.ts'
import { choiceRecord, choiceTerminal, type RecordPicture } from '../report/choice-report.ts'
import type { Figure } from '../report/charts/figure.ts'
import { renderFigures } from '../report/render-charts.ts'
import { environmentHash } from '../machine/environment-hash.ts'
import { readEnvironment } from '../machine/environment.ts'
import type { FlagValues } from './flags.ts'
import { note, print, reportColumns } from './output.ts'
import { findProfile } from './profile-folder.ts'
import { requirementFields } from './requirement-fields.ts'
import { isAnythingStated, readAnswer, readRequirement, readWeights } from './requirement-input.ts'

/**
 * `bench choose`: what a project should use, from a stored profile.
 *
 * @returns 0; 5 when no transport meets what is asked, or when `--verify` finds the prediction wrong, 4
 * @throws {HarnessError} ERR_USAGE or ERR_WORKLOAD_INVALID for what was stated; ERR_PROFILE_* for the profile
 */
export async function chooseTransport(flags: FlagValues): Promise<number> {
  const weights = readWeights(flags['weights'])
  const requirement = isAnythingStated(flags) ? readRequirement(flags) : await askRequirement()
  const hash = environmentHash(readEnvironment({ namespace: '', pinning: '' }), packageVersion())
  const path = typeof flags['profile'] === 'string' ? flags['profile'] : undefined
  const source = findProfile(String(flags['out']), hash, path)
  const choice = choose(source.profile, requirement, weights)
  const { file, isOtherMachine, profile } = source
  const facts = { file, isOtherMachine, isQuick: profile.isQuick, startedAt: profile.startedAt, notTrusted: profile.notTrusted }
  const record = typeof flags['adr'] === 'string' ? flags['adr'] : undefined
  const pictures = typeof flags['charts'] === 'string' ? await drawCharts(flags['charts'], choiceFigures(choice, profile)) : []
  if (record !== undefined) writeRecord(record, choiceRecord(choice, source, besideRecord(pictures, record)))
  await print(
    flags['json'] === true
      ? `${JSON.stringify({ ...choice, profile: facts }, null, 2)}\n`
      : choiceTerminal(choice, source, reportColumns()),
  )
  const written = [...(record === undefined ? [] : [record]), ...pictures.map(({ path }) => path)]
  if (written.length > 0) await note(`Written: ${written.join(', ')}\n`)
  if (choice.recommendation.transport === null) return exitCodes.noValidTrial
  if (flags['verify'] === true) return (await import('./verify-choice.ts')).verifyChoice(choice, profile)
  return exitCodes.done
}

/**
 * Asks on the terminal; an empty answer takes the default.
 *
 * @throws {HarnessError} ERR_USAGE where nobody can be asked
 */
async function askRequirement(): Promise<Requirement> {
  if (!process.stdin.isTTY) {
    const needed = requirementFields.filter(({ isNeeded }) => isNeeded === true).map(({ flag, value }) => `${flag} <${value}>`)
    throw harnessError(
      'ERR_USAGE',
      `choose: nothing was stated, and there is no terminal to ask on. Give ${needed.join(' ')}, or --file <FILE>. See "bench choose --help".`,
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
      `${dir}: no chart can be written there: ${messageOf(cause)}. Choose another folder with --charts.`,
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
