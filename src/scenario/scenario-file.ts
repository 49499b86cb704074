import { z } from 'zod'
import { scenarioSchema, type Scenario, type ValueSources } from '../core/scenario.ts'
import type { Contender } from '../core/transport.ts'
import { memoize } from '../core/memoize.ts'
import type { Warning } from '../core/warnings.ts'
import { printableText } from '../text/shown-text.ts'
import { isRecord, valueAt, type JsonSchema } from './allowed-values.ts'
import { contenderLabels } from './contender-labels.ts'
import { openFile, type OpenedFile } from './open-file.ts'
import { questionText } from './question-text.ts'
import { quickForm } from './quick-form.ts'
import { contenderOf, registry } from '../core/transports/registry.ts'
import { issueAt, issuesOf, scenarioError, sourcesOf, usageIssue, type IssueContext, type ScenarioIssue } from './scenario-issues.ts'
import { meaningIssues, meaningWarnings } from './scenario-meaning.ts'
import { withSizedOptions } from './sized-options.ts'
import { studyOf, type StudyPlan } from './study-plan.ts'
import { rawAt, type ResolveAt } from './sweep-points.ts'
import { applyOverrides, transportIssues, type ScenarioOverrides } from './scenario-overrides.ts'

/** A scenario that may run. */
export interface LoadedScenario {
  /** The file's name without ".json"; names the folder of results. */
  name: string
  scenario: Scenario
  sources: ValueSources
  warnings: Warning[]
  /** Set where the scenario has a sweep or a search: it then runs at many points. */
  study?: StudyPlan | undefined
  /** Its quick form, where the whole one was asked for and there is one. */
  quick?: LoadedScenario
}

const [firstOptions, ...otherOptions] = registry.map((transport) => transport.options as z.ZodObject & z.core.$ZodTypeDiscriminable)

/** The schema of scenario files, made from the registry: a transport of a new line there is known here. */
export const fullScenarioSchema = scenarioSchema(z.discriminatedUnion('transport', [firstOptions!, ...otherOptions]))

let jsonSchema: JsonSchema | undefined

/** The same as JSON Schema (draft 2020-12), as a writer of files sees it: defaults need not be given. Made once, when first asked for. */
export function scenarioJsonSchema(): JsonSchema {
  return (jsonSchema ??= z.toJSONSchema(fullScenarioSchema, { io: 'input' }) as JsonSchema)
}

/** Opens a scenario by name or by path and checks it, as `openFile` and `checkScenario`. */
export function loadScenario(nameOrPath: string, overrides?: ScenarioOverrides): LoadedScenario {
  return checkScenario(openFile(nameOrPath), overrides)
}

/**
 * Puts the flags over an opened scenario and checks everything. Defaults are filled in, contenders labelled.
 *
 * @throws {HarnessError} ERR_SCENARIO_INVALID, ERR_CONTENDER_OPTION or ERR_USAGE with all issues at once
 */
export function checkScenario({ name, file, parsed }: OpenedFile, overrides: ScenarioOverrides = { values: [] }): LoadedScenario {
  const listIssues = transportIssues(parsed, overrides.transports ?? []).map((text) => usageIssue('--transports', text))
  const usable = listIssues.length === 0 ? overrides : { values: overrides.values }
  const formOf = (isQuick: boolean): { loaded?: LoadedScenario; issues: ScenarioIssue[] } => {
    const context: IssueContext = {
      ...applyOverrides(isQuick ? quickForm(parsed) : parsed, usable),
      quick: isQuick ? parsed.quick : undefined,
      file,
      schema: scenarioJsonSchema,
    }
    const { scenario, study, issues } = withStudy(context)
    if (scenario === undefined || issues.length > 0) return { issues }
    const contenders = usable.transports === undefined ? ('file' as const) : ('flag' as const)
    const loaded: LoadedScenario = {
      name,
      scenario,
      // Made when asked for: a list of all scenarios asks for none.
      get sources() {
        return { ...sourcesOf(scenario, context), contenders }
      },
      // What is said of the scenario as a whole does not hold at its points, which have warnings of their own.
      warnings: study === undefined ? meaningWarnings(scenario) : [],
      ...(study !== undefined && { study }),
    }
    return { loaded, issues }
  }
  const hasQuick = isRecord(parsed.quick)
  const isQuick = overrides.isQuick === true && hasQuick
  if (overrides.isQuick === true && !hasQuick)
    listIssues.push(usageIssue('--quick', `${file} has no quick form. Leave the flag out, or add "quick" to the file.`))
  const { loaded, issues } = formOf(isQuick)
  // A quick form that cannot run is an issue of the file, whichever form is asked for.
  const quick = issues.length === 0 && !isQuick && hasQuick ? formOf(true) : undefined
  if (quick !== undefined) issues.push(...quick.issues)
  if (loaded === undefined || issues.length + listIssues.length > 0) throw scenarioError([...listIssues, ...issues])
  if (quick?.loaded !== undefined) loaded.quick = quick.loaded
  return loaded
}

/** The scenario of a file and the study that it asks for, with all that is wrong with both. */
function withStudy(context: IssueContext): { scenario?: Scenario; study?: StudyPlan | undefined; issues: ScenarioIssue[] } {
  const { scenario, issues } = resolve(context)
  if (scenario === undefined) return { issues }
  const resolveAt: ResolveAt = (settings) => {
    const at = { ...context, raw: rawAt(context, settings) }
    const { scenario: there, issues: issuesThere } = resolve(at)
    if (there !== undefined) {
      const warnings = meaningWarnings(there)
      return {
        at: {
          scenario: there,
          warnings,
          get sources() {
            return sourcesOf(there, at)
          },
        },
      }
    }
    const { place, text } = issuesThere[0]!
    return { issue: `${place.replace(`${context.file}: `, '')}: ${text}` }
  }
  const known = new Map<string, ReturnType<ResolveAt>>()
  // A sweep asks for a point as a value of an axis and as a combination of values, a search for its end at every step of its estimate.
  const found = studyOf(scenario, context, (settings) => {
    const key = JSON.stringify(settings)
    const at = known.get(key) ?? resolveAt(settings)
    known.set(key, at)
    return at
  })
  return { scenario, study: found.plan, issues: found.issues }
}

const defaultsOf = memoize((id) => contenderOf(id))

function resolve(context: IssueContext): { scenario?: Scenario; issues: ScenarioIssue[] } {
  const checked = fullScenarioSchema.safeParse(context.raw)
  if (!checked.success) return { issues: checked.error.issues.flatMap((issue) => issuesOf(issue, context)) }
  const { $schema: _, quick: _quick, contenders, title, question, ...rest } = checked.data
  // All but their labels, which are made from what distinguishes them.
  const unlabelled = contenders as Contender[]
  const labels = contenderLabels(unlabelled, defaultsOf)
  const asked = questionText(printableText(question), rest)
  const scenario: Scenario = {
    title: printableText(title),
    question: asked.text,
    ...rest,
    contenders: unlabelled.map((contender, index) => ({ ...contender, label: labels[index]! })),
  }
  const issues = [
    ...asked.unknown.map((path) => issueAt(['question'], `{${path}} is not a numeric setting of this scenario.`, context)),
    ...meaningIssues(scenario, context),
  ]
  if (issues.length > 0) return { issues }
  return { scenario: withSizedOptions(scenario, (...place) => valueAt(context.raw, ['contenders', ...place]) !== undefined), issues }
}
