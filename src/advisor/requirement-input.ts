import { z } from 'zod'
import { harnessError } from '../core/errors.ts'
import { requirementSchema, weightedFigures, type Requirement, type WeightedFigure } from '../core/requirement.ts'
import type { Weights } from './model/weighted-ranking.ts'
import { allowedText, gotText, oneOfText, schemaAt, valueAt, type JsonSchema } from '../scenario/allowed-values.ts'
import { readJsonFile } from '../scenario/json-file.ts'
import { durationForms, parseDurationMs } from '../text/duration-text.ts'
import { didYouMean } from '../text/nearest-name.ts'
import { parseDecimal } from '../text/decimal.ts'
import { requirementFields, type RequirementField } from './requirement-fields.ts'

/** Values of flags, by name without dashes, in camel case. */
type FlagValues = Readonly<Record<string, string | boolean | undefined>>

/** Values as they were stated, by key, with the place to name in a fault. */
type Stated = Map<string, { value: unknown; typed: unknown; place: string }>

/**
 * Reads what a project needs from flags and, beneath them, from a file.
 *
 * @throws {HarnessError} ERR_USAGE for a flag, ERR_WORKLOAD_INVALID for a file, all faults at once
 */
export function readRequirement(flags: FlagValues): Requirement {
  const file = typeof flags['file'] === 'string' ? flags['file'] : undefined
  const stated: Stated = file === undefined ? new Map() : fromFile(file)
  for (const field of requirementFields) {
    const typed = flags[field.key]
    if (typeof typed === 'string') stated.set(field.key, { value: valueOf(field, typed), typed, place: field.flag })
  }
  return checked(stated, file)
}

/** Reads an answer to the question of a field; undefined when it does not fit, with the reason passed to `complain`. */
export function readAnswer(field: RequirementField, typed: string, complain: (text: string) => void): unknown {
  const value = valueOf(field, typed)
  const part = requirementSchema.shape[field.key] as z.ZodType
  const found = part.safeParse(value)
  if (found.success) return found.data
  complain(`${allowedFor(field)}, got ${JSON.stringify(typed)}.`)
  return undefined
}

/** Whether anything was stated at all. */
export function isAnythingStated(flags: FlagValues): boolean {
  return typeof flags['file'] === 'string' || requirementFields.some(({ key }) => flags[key] !== undefined)
}

/**
 * Reads `latency=3,cpu=1`.
 *
 * @throws {HarnessError} ERR_USAGE for what is no such list
 */
export function readWeights(typed: string | boolean | undefined): Weights | undefined {
  if (typeof typed !== 'string') return undefined
  const weights: Weights = {}
  for (const part of typed.split(',')) {
    const [name = '', amount = ''] = part.split('=').map((word) => word.trim())
    if (!(weightedFigures as readonly string[]).includes(name))
      throw harnessError(
        'ERR_USAGE',
        `--weights: must name ${oneOfText(weightedFigures)}, got ${JSON.stringify(name)}.${didYouMean(name, weightedFigures)}`,
      )
    const weight = parseDecimal(amount)
    if (weight === undefined || weight < 0)
      throw harnessError(
        'ERR_USAGE',
        `--weights: ${name} must be a number of at least 0, got ${JSON.stringify(amount)}. Write latency=3,cpu=1.`,
      )
    weights[name as WeightedFigure] = weight
  }
  return weights
}

function fromFile(file: string): Stated {
  const parsed = readJsonFile(file, {
    code: 'ERR_WORKLOAD_INVALID',
    wrong: 'is not a workload',
    wayOut: 'results/workload.schema.json describes the format.',
  })
  return new Map(
    Object.entries(parsed).map(([key, typed]) => {
      const field = requirementFields.find((candidate) => candidate.key === key)
      const value = field?.kind === 'duration' && typeof typed === 'string' ? (parseDurationMs(typed) ?? typed) : typed
      return [key, { value, typed, place: `${file}: ${key}` }]
    }),
  )
}

function checked(stated: Stated, file: string | undefined): Requirement {
  const raw = Object.fromEntries([...stated].map(([key, { value }]) => [key, value]))
  const found = requirementSchema.safeParse(raw)
  if (found.success) return found.data
  const faults = found.error.issues.flatMap((issue) => faultTexts(issue, stated, file))
  const isOfFile = faults.every((fault) => !fault.startsWith('--'))
  throw harnessError(isOfFile && file !== undefined ? 'ERR_WORKLOAD_INVALID' : 'ERR_USAGE', faults.join('\n'))
}

function faultTexts(issue: z.core.$ZodIssue, stated: Stated, file: string | undefined): string[] {
  if (issue.code === 'unrecognized_keys') {
    const known = requirementFields.map(({ key }) => key)
    return issue.keys.map((key) => `${file}: ${key}: unknown key of a workload.${didYouMean(key, known)} Known: ${known.join(', ')}.`)
  }
  const key = String(issue.path[0])
  const field = requirementFields.find((candidate) => candidate.key === key)
  const entry = stated.get(key)
  if (field === undefined) return [`${file}: ${key}: ${issue.message}.`]
  if (entry === undefined) return [`${field.flag}: is missing; it ${allowedFor(field)}: ${field.help}.`]
  const near = field.words !== undefined && typeof entry.typed === 'string' ? didYouMean(entry.typed, field.words) : ''
  return [
    `${entry.place}: ${allowedFor(field)}, got ${gotText(entry.typed)}.${near}${field.kind === 'duration' ? ` A duration is ${durationForms}.` : ''}`,
  ]
}

let jsonSchema: JsonSchema | undefined

function allowedFor({ key, kind, words }: RequirementField): string {
  if (kind === 'yes-no') return 'must be "yes" or "no"'
  if (kind === 'fan-out') return 'must be "broadcast", "unicast" or a whole number of at least 1'
  if (words !== undefined) return `must be ${oneOfText(words)}`
  jsonSchema ??= z.toJSONSchema(requirementSchema, { io: 'input' }) as JsonSchema
  return `must be ${allowedText(schemaAt(jsonSchema, [key], valueAt({}, [key])), kind === 'duration' ? 'duration' : 'number')}`
}

/** What was typed, as the schema takes it; the text itself where it is no such value, for the schema to refuse. */
function valueOf({ kind, words }: RequirementField, typed: string): unknown {
  switch (kind) {
    case 'duration':
      return parseDurationMs(typed) ?? typed
    case 'count':
    case 'number':
      return parseDecimal(typed) ?? typed
    case 'fan-out':
      return words!.includes(typed) ? typed : (parseDecimal(typed) ?? typed)
    case 'yes-no':
      return typed === 'yes' ? true : typed === 'no' ? false : typed
    case 'choice':
      return typed
  }
}
