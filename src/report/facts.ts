import { flattenPaths } from '../core/leaves.ts'
import type { ResultDocument } from '../core/result.ts'
import { usPerMs } from '../core/units.ts'
import { wasInterrupted } from '../metrics/validity.ts'
import { formatBytes, formatDurationMs, formatDurationSeconds, formatExact, formatNumber, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'

/** A setting of the scenario with where it came from. */
export interface ScenarioRow {
  path: string
  value: string
  source: string
}

/** What a document of a run and one of a study both say of their scenario. */
export type Described = Pick<ResultDocument, 'scenario'>

function plain(value: unknown): string {
  return typeof value === 'string' ? oneLine(value) : oneLine(JSON.stringify(value) ?? 'not set')
}

/** The value of a setting by its path; undefined where the scenario does not have it. */
export function settingOf(document: Described, ...path: string[]): unknown {
  let node: unknown = document.scenario.resolved
  for (const key of path) node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined
  return node
}

/** Title of the scenario; its name where it has none. */
export function titleOf(document: Described): string {
  const title = settingOf(document, 'title')
  return oneLine(typeof title === 'string' ? title : document.scenario.name)
}

/** The question that the scenario asks. */
export function questionOf(document: Described): string {
  const question = settingOf(document, 'question')
  return typeof question === 'string' ? oneLine(question) : 'The scenario has no question.'
}

/** "commit 0123456789ab with local changes". */
export function commitText({ commit, dirty }: { commit: string | null; dirty: boolean | null }, length = Number.POSITIVE_INFINITY): string {
  return commit === null ? 'commit unknown' : `commit ${oneLine(commit).slice(0, length)}${dirty === true ? ' with local changes' : ''}`
}

/** What was run, when and with which code, in one line. */
export function provenanceLine(document: Pick<ResultDocument, 'harness'> & { trials: readonly { startedAt: string }[] }): string {
  const { harness, trials } = document
  const started = trials.map((trial) => trial.startedAt).toSorted()[0]
  return [
    ...(started === undefined ? [] : [`First trial ${oneLine(started)}`]),
    `transport-bench ${oneLine(harness.version)}`,
    commitText(harness, 12),
  ].join(' · ')
}

/** The machine that the figures come from, in one line. Where a container may use only a part of it, that part is named. */
export function machineLine(document: Pick<ResultDocument, 'environment'>): string {
  const known = new Map(environmentRows(document))
  const value = (key: string): string => known.get(key) ?? 'not known'
  const { cpuQuotaCount, memoryLimitBytes, memoryBytes } = document.environment
  const quota = typeof cpuQuotaCount === 'number' ? ` with a CPU quota of ${formatExact(cpuQuotaCount)}` : ''
  const whole = typeof memoryBytes === 'number' ? ` of ${formatBytes(memoryBytes)}` : ''
  const memory = typeof memoryLimitBytes === 'number' ? `memory limited to ${formatBytes(memoryLimitBytes)}${whole}, ` : ''
  return `${value('coreCount')} × ${value('cpuModel')}${quota}, ${memory}${value('platform')} ${value('kernel')}, Node ${value('node')}, network namespace ${value('namespace')}, pinning: ${value('pinning')}`
}

/** The same in a few words: "2 × AMD EPYC, Node 20.20". */
export function machineInShort({ environment }: Pick<ResultDocument, 'environment'>): string {
  const { coreCount, cpuModel, node } = environment
  const model = typeof cpuModel === 'string' ? oneLine(cpuModel.replace(/\((?:R|TM)\)| CPU @.*$/gu, '')) : 'processors not known'
  const cores = typeof coreCount === 'number' ? `${formatExact(coreCount)} × ${model}` : model
  return typeof node === 'string' ? `${cores}, Node ${oneLine(node.replace(/^v|\.\d+$/gu, ''))}` : cores
}

function sourceOf(sources: ResultDocument['scenario']['sources'], path: string): string {
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length -= 1) {
    const source = sources[parts.slice(0, length).join('.')]
    if (source !== undefined) return source
  }
  return 'not recorded'
}

/** Every setting of the scenario, after defaults, with its source: default, file or flag. */
export function scenarioRows(document: Described): ScenarioRow[] {
  return flattenPaths(document.scenario.resolved).map(([path, value]) => ({
    path: oneLine(path),
    value: plain(value),
    source: sourceOf(document.scenario.sources, path),
  }))
}

/** What is known of the machine, by name. */
export function environmentRows(document: Pick<ResultDocument, 'environment'>): [string, string][] {
  return flattenPaths(document.environment).map(([key, value]) => [oneLine(key), value === null ? 'not known' : plain(value)])
}

/** The order in which contenders ran, a line a block. */
export function orderLines(document: ResultDocument): string[] {
  return document.plan.blockOrder.map((labels, block) => `Block ${block + 1}: ${labels.map(oneLine).join(' → ')}`)
}

/** The plan in one line. */
export function planLine(document: ResultDocument): string {
  const { plan } = document
  return `${formatPlural(plan.blockOrder.flat().length, 'trial')} in ${formatPlural(plan.blockOrder.length, 'block')}, ${formatPlural(plan.clientHostCount, 'client host')}, estimated ${formatDurationSeconds(plan.estimatedSeconds)}.`
}

/** What the publisher alone costs the server, or why it is not known. */
export function controlLine(document: ResultDocument): string {
  const { control, reasons } = document.calibration
  if (control === null) return `Control row not measured: ${oneLine(reasons['control'] ?? 'no reason was recorded')}.`
  const cpu =
    control.serverCpuMsPerSecond === null
      ? `server CPU not measured (${oneLine(control.reasons['serverCpuMsPerSecond'] ?? 'no reason was recorded')})`
      : `server CPU ${formatNumber(control.serverCpuMsPerSecond)} ms/s`
  const lag =
    control.publisherLagP99Us === null
      ? `publisher lag p99 not measured (${oneLine(control.reasons['publisherLagP99Us'] ?? 'no reason was recorded')})`
      : `publisher lag p99 ${formatNumber(control.publisherLagP99Us / usPerMs)} ms`
  return `Control row, ingest with no client at ${formatNumber(control.messagesPerSecond)} messages/s for ${formatDurationMs(control.durationMs)}: ${cpu}, ${lag}. Shown for information, never subtracted.`
}

/** Limits of the scenario that a trial exceeded; those of which there is more to say than an answer has said, where asked for these alone. */
export function breachLines(
  document: ResultDocument,
  isShown: (breach: ResultDocument['comparison']['limitBreaches'][number]) => boolean = () => true,
): string[] {
  return document.comparison.limitBreaches.filter(isShown).map((breach) => {
    const measured =
      breach.measured === null ? oneLine(breach.reasons['measured'] ?? 'no value and no reason was recorded') : formatExact(breach.measured)
    const beside = breach.limit === 'lostCount' ? stoppedText(document, breach) : ''
    return `${oneLine(breach.limit)}: ${oneLine(breach.contender)} in block ${breach.block + 1}: ${measured}${beside}, allowed ${formatExact(breach.allowed)}`
  })
}

/** Of what counts as lost against a contender, how much it stopped delivering. */
function stoppedText({ trials }: ResultDocument, { contender, block }: { contender: string; block: number }): string {
  const trial = trials.find((candidate) => candidate.contender === contender && candidate.block === block)
  if (trial === undefined || trial.ledger.notReceivedCount === 0) return ''
  const { lostCount, notReceivedCount } = trial.ledger
  return ` (${formatExact(lostCount)} lost, and ${formatExact(notReceivedCount)} due after it had stopped delivering)`
}

/** Warnings of the run, each with its code. */
export function warningLines(document: Pick<ResultDocument, 'warnings'>): string[] {
  return document.warnings.map((warning) => `${warning.code}: ${oneLine(warning.message)}`)
}

/** Shown where a run was stopped before its end. */
export function interruptedLine(document: ResultDocument): string | null {
  if (!document.interrupted) return null
  const finishedCount = document.trials.filter((trial) => !wasInterrupted(trial) && trial.isRepeated !== true).length
  return `Interrupted: ${finishedCount} of ${formatPlural(document.plan.blockOrder.flat().length, 'planned trial')} finished; the report covers only these.`
}
