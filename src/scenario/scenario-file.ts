import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { z } from 'zod'
import { harnessError, messageOf } from '../core/errors.ts'
import { scenarioSchema, type Scenario, type ValueSources } from '../core/scenario.ts'
import type { Contender } from '../core/transport.ts'
import type { Warning } from '../core/warnings.ts'
import { isRecord, type JsonSchema } from './allowed-values.ts'
import { contenderLabels, printableText } from './contender-labels.ts'
import type { MeasureFile } from '../core/measure.ts'
import { checkMeasure, isMeasure } from './measure-file.ts'
import { didYouMean } from '../text/nearest-name.ts'
import { packageRoot } from '../core/package-root.ts'
import { quickForm } from './quick-form.ts'
import { contenderOf, registry } from '../core/transports/registry.ts'
import { faultsOfIssue, scenarioError, sourcesOf, type FaultContext, type ScenarioFault } from './scenario-faults.ts'
import { meaningFaults, meaningWarnings } from './scenario-meaning.ts'
import { studyOf, type StudyPlan } from './study-plan.ts'
import { rawAt } from './sweep-points.ts'
import { applyOverrides, transportFaults, type ScenarioOverrides } from './scenario-overrides.ts'

/** A scenario that may run. */
export interface LoadedScenario {
  /** The file's name without ".json"; names the folder of results. */
  name: string
  scenario: Scenario
  sources: ValueSources
  warnings: Warning[]
  /** Set where the scenario has a sweep or a search: it then runs at many points. */
  study?: StudyPlan | undefined
}

/** The schema of scenario files, made from the registry: a transport of a new line there is known here. */
export function fullScenarioSchema() {
  const [first, ...others] = registry.map((transport) => transport.options as z.ZodObject & z.core.$ZodTypeDiscriminable)
  return scenarioSchema(z.discriminatedUnion('transport', [first!, ...others]))
}

/** The same as JSON Schema (draft 2020-12), as a writer of files sees it: defaults need not be given. */
export function scenarioJsonSchema(): JsonSchema {
  return z.toJSONSchema(fullScenarioSchema(), { io: 'input' }) as JsonSchema
}

/** Names of the scenarios that come with the package, sorted; measures are not among them. */
export function scenarioNames(): string[] {
  return fileNames().filter((name) => !isMeasure(parseFile(join(scenarioFolder(), `${name}.json`), name)))
}

/** Names of the measures that come with the package, sorted. */
export function measureNames(): string[] {
  return fileNames().filter((name) => isMeasure(parseFile(join(scenarioFolder(), `${name}.json`), name)))
}

function fileNames(): string[] {
  return readdirSync(scenarioFolder())
    .filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
    .map((file) => basename(file, '.json'))
    .toSorted()
}

/** A measure that may run. */
export interface LoadedMeasure {
  name: string
  file: MeasureFile
}

/**
 * Loads a measure by name or by path; undefined when the file is a scenario with clients.
 *
 * @throws {HarnessError} as `loadScenario`
 */
export function loadMeasure(nameOrPath: string, isQuick = false, otherWords: readonly string[] = []): LoadedMeasure | undefined {
  const { file, name, parsed } = openFile(nameOrPath, otherWords)
  return isMeasure(parsed) ? { name, file: checkMeasure(parsed, file, isQuick) } : undefined
}

function openFile(nameOrPath: string, otherWords: readonly string[]) {
  const path = pathOf(nameOrPath, otherWords)
  const file = relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path)
  return { file, name: basename(path, '.json').replaceAll(/[^\w.-]/g, '-'), parsed: parseFile(path, file) }
}

/**
 * Loads a scenario by name or by path, puts the flags over it and checks everything.
 *
 * A word with a slash or ending in ".json" is a path. Defaults are filled in, contenders labelled.
 *
 * @param otherWords words that the user may have meant instead of a scenario's name, for the suggestion
 * @throws {HarnessError} ERR_SCENARIO_UNKNOWN if there is no such file; ERR_SCENARIO_INVALID, ERR_CONTENDER_OPTION or ERR_USAGE with all faults at once
 */
export function loadScenario(
  nameOrPath: string,
  overrides: ScenarioOverrides = { values: [] },
  otherWords: readonly string[] = [],
): LoadedScenario {
  const { file, name, parsed } = openFile(nameOrPath, otherWords)
  const listFaults: ScenarioFault[] = transportFaults(parsed, overrides.transports ?? []).map((text) => ({
    code: 'ERR_USAGE',
    place: '--transports',
    text,
  }))
  const usable = listFaults.length === 0 ? overrides : { values: overrides.values }
  const schema = scenarioJsonSchema()
  const contextOf = (isQuick: boolean): FaultContext => ({
    ...applyOverrides(isQuick ? quickForm(parsed) : parsed, usable),
    quick: isQuick ? parsed.quick : undefined,
    file,
    schema,
  })
  const hasQuick = isRecord(parsed.quick)
  const isQuick = overrides.isQuick === true && hasQuick
  if (overrides.isQuick === true && !hasQuick)
    listFaults.push({
      code: 'ERR_USAGE',
      place: '--quick',
      text: `${file} has no quick form. Leave the flag out, or add "quick" to the file.`,
    })
  const context = contextOf(isQuick)
  const { scenario, study, faults } = withStudy(context)
  // A quick form that cannot run is a fault of the file, whichever form is asked for.
  if (faults.length === 0 && !isQuick && hasQuick) faults.push(...withStudy(contextOf(true)).faults)
  if (scenario === undefined || faults.length + listFaults.length > 0) throw scenarioError([...listFaults, ...faults])
  const contenders = usable.transports === undefined ? ('file' as const) : ('flag' as const)
  const sources = { ...sourcesOf(scenario, context), contenders }
  // What is said of the scenario as a whole does not hold at its points, which have warnings of their own.
  return study === undefined
    ? { name, scenario, sources, warnings: meaningWarnings(scenario) }
    : { name, scenario, sources, warnings: [], study }
}

/** The scenario of a file and the study that it asks for, with all that is wrong with both. */
function withStudy(context: FaultContext): { scenario?: Scenario; study?: StudyPlan | undefined; faults: ScenarioFault[] } {
  const { scenario, faults } = resolve(context)
  if (scenario === undefined) return { faults }
  const found = studyOf(scenario, context, (settings) => {
    const at = { ...context, raw: rawAt(context, settings) }
    const resolved = resolve(at)
    if (resolved.scenario !== undefined) {
      return {
        at: { scenario: resolved.scenario, sources: sourcesOf(resolved.scenario, at), warnings: meaningWarnings(resolved.scenario) },
      }
    }
    const { place, text } = resolved.faults[0]!
    return { fault: `${place.replace(`${context.file}: `, '')}: ${text}` }
  })
  return { scenario, study: found.plan, faults: found.faults }
}

function resolve(context: FaultContext): { scenario?: Scenario; faults: ScenarioFault[] } {
  const checked = fullScenarioSchema().safeParse(context.raw)
  if (!checked.success) return { faults: checked.error.issues.flatMap((issue) => faultsOfIssue(issue, context)) }
  const { $schema: _, quick: _quick, contenders, title, question, ...rest } = checked.data
  // All but their labels, which are made of what tells them apart.
  const unlabelled = contenders as Contender[]
  const labels = contenderLabels(unlabelled, contenderOf)
  const scenario: Scenario = {
    title: printableText(title),
    question: printableText(question),
    ...rest,
    contenders: unlabelled.map((contender, index) => ({ ...contender, label: labels[index]! })),
  }
  const faults = meaningFaults(scenario, context)
  return faults.length === 0 ? { scenario, faults } : { faults }
}

function parseFile(path: string, file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw harnessError(
      'ERR_SCENARIO_UNKNOWN',
      `${file}: cannot be read: ${messageOf(cause)}. Known scenarios: ${fileNames().join(', ')}.`,
      cause,
    )
  }
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    if (isRecord(parsed)) return parsed
    throw new TypeError('the file must hold one object')
  } catch (cause) {
    throw harnessError(
      'ERR_SCENARIO_INVALID',
      `${file}: is no scenario: ${messageOf(cause)}. scenarios/scenario.schema.json shows the form.`,
      cause,
    )
  }
}

function pathOf(nameOrPath: string, otherWords: readonly string[]): string {
  if (/[/\\]/.test(nameOrPath) || nameOrPath.endsWith('.json')) return join(nameOrPath.startsWith('/') ? '' : process.cwd(), nameOrPath)
  const names = fileNames()
  if (names.includes(nameOrPath)) return join(scenarioFolder(), `${nameOrPath}.json`)
  const hint = didYouMean(nameOrPath, [...names, ...otherWords])
  throw harnessError(
    'ERR_SCENARIO_UNKNOWN',
    `"${nameOrPath}" is no scenario.${hint} Known: ${names.join(', ')}; a path to a file serves too.`,
  )
}

function scenarioFolder(): string {
  return join(packageRoot(), 'scenarios')
}
