import type { z } from 'zod'
import type { ValueSources } from '../core/scenario.ts'
import { harnessError, type ErrorCode, type HarnessError } from '../core/errors.ts'
import {
  allowedText,
  gotText,
  isRecord,
  oneOfText,
  pathBelow,
  pathText,
  schemaAt,
  valueAt,
  type JsonSchema,
  type KeyPath,
} from './allowed-values.ts'
import { durationForms } from '../text/duration-text.ts'
import { didYouMean } from '../text/nearest-name.ts'
import type { Overridden, Override } from './scenario-overrides.ts'

/** One thing that is wrong, with its place in words. */
export interface ScenarioIssue {
  code: ErrorCode
  place: string
  text: string
}

/** What a message needs to know beside the issue: the file by the name that the user knows, the values, and what is allowed. */
export interface IssueContext extends Overridden {
  file: string
  schema: () => JsonSchema
}

/** One error with every issue, a line each, in the order of the code of the first. */
export function scenarioError(issues: readonly ScenarioIssue[]): HarnessError {
  const [first, ...others] = issues as [ScenarioIssue, ...ScenarioIssue[]]
  const lines = [`${first.place}: ${first.text}`, ...others.map((issue) => `${issue.code}: ${issue.place}: ${issue.text}`)]
  return harnessError(first.code, lines.join('\n'))
}

/** An issue of a flag. */
export function usageIssue(flag: string, text: string): ScenarioIssue {
  return { code: 'ERR_USAGE', place: flag, text }
}

/** An issue at a path of the scenario; its place is the flag that set the value, else the file and the path. */
export function issueAt(path: KeyPath, text: string, { file, flags, quick }: IssueContext): ScenarioIssue {
  // A flag may have set the list or object that the value is in.
  const flag = path.map((_, depth) => flags.get(pathText(path.slice(0, path.length - depth)))).find((found) => found !== undefined)
  if (flag !== undefined) return usageIssue(flag.flag, text)
  const where = pathText(valueAt(quick, path) === undefined ? path : ['quick', ...path])
  const code = path[0] === 'contenders' && path.length > 2 ? 'ERR_CONTENDER_OPTION' : 'ERR_SCENARIO_INVALID'
  return { code, place: where === '' ? file : `${file}: ${where}`, text }
}

/** What the schema found, in the words of the user. An unknown key makes an issue of its own. */
export function issuesOf(issue: z.core.$ZodIssue, context: IssueContext): ScenarioIssue[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schemaAt(context.schema(), issue.path, context.raw)?.properties ?? {})
    return issue.keys.map((key) =>
      issueAt([...issue.path, key], `unknown key.${didYouMean(key, known)} Known here: ${known.join(', ')}.`, context),
    )
  }
  if (issue.code === 'custom') return [issueAt(issue.path, `${issue.message}.`, context)]
  return [issueAt(issue.path, valueText(issue, context), context)]
}

function valueText(issue: z.core.$ZodIssue, context: IssueContext): string {
  const flag = context.flags.get(pathText(issue.path))
  const value = valueAt(context.raw, issue.path)
  const names = namesAllowed(issue)
  const schema = schemaAt(context.schema(), issue.path, context.raw)
  const allowed = names === undefined ? allowedText(schema, flag?.isDuration === true ? 'duration' : 'number') : oneOfText(names)
  if (value === undefined) return `is missing; it must be ${allowed}.`
  const got = flag === undefined ? gotText(value) : JSON.stringify(flag.typed)
  const near = names !== undefined && typeof value === 'string' ? didYouMean(value, names) : ''
  return `must be ${allowed}, got ${got}.${near}${flag === undefined ? '' : formHint(flag)}`
}

function formHint({ isDuration, value }: Override): string {
  if (isDuration) return ` A duration is ${durationForms}.`
  return typeof value === 'string' ? ' Write digits only, without separators or units.' : ''
}

function namesAllowed(issue: z.core.$ZodIssue): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code !== 'invalid_union') return undefined
  const { options } = issue as { options?: unknown[] }
  return options?.map(String)
}

/** Where each value of the resolved scenario came from, by its path. A label that the file does not give is a default. */
export function sourcesOf(resolved: unknown, { raw, flags, quick }: Overridden): ValueSources {
  const sources: ValueSources = {}
  const add = (value: unknown, where: string, inFile: unknown, inQuick: unknown): void => {
    if (isRecord(value) || Array.isArray(value)) {
      const entries: Iterable<[PropertyKey, unknown]> = Array.isArray(value) ? value.entries() : Object.entries(value)
      for (const [key, inner] of entries) add(inner, pathBelow(where, key), valueAt(inFile, [key]), valueAt(inQuick, [key]))
    } else if (value !== undefined) {
      if (flags.has(where)) sources[where] = 'flag'
      else if (inQuick !== undefined) sources[where] = 'quick'
      else sources[where] = inFile === undefined ? 'default' : 'file'
    }
  }
  add(resolved, '', raw, quick)
  return sources
}
