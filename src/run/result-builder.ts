import { families, familyNames } from '../core/family.ts'
import { schemaVersion, type ResultDocument, type SummaryRow, type TrialResult } from '../core/result.ts'
import { packageVersion } from '../core/package-root.ts'
import type { Scenario } from '../core/scenario.ts'
import { warning, type Warning } from '../core/warnings.ts'
import { compare } from '../metrics/comparison.ts'
import { summarise } from '../metrics/summary.ts'
import { familiesOf } from '../metrics/validity.ts'
import { complexityOf } from './complexity.ts'
import { readHarness, trialEnvironment } from '../machine/environment.ts'
import { latestCalibration } from './latest-calibration.ts'
import { quotaShortage } from '../machine/controller-limits.ts'
import { acceptQueueShortage, checkLimits, clientHostsFor, readMachineLimits } from '../machine/limits.ts'
import { readMachineLoad, noiseSources } from '../machine/machine-load.ts'
import { systemOf, type OwnNamespace } from '../machine/namespace.ts'
import type { CoreShare } from '../machine/pinning.ts'
import { planRun } from '../scenario/plan.ts'
import { transportOf } from '../core/transports/registry.ts'
import type { RunRequest } from './run-events.ts'

/**
 * The result document of a run that has not measured anything yet.
 *
 * @param namespace that of the trials, or why they have none of their own
 * @throws {HarnessError} ERR_LIMIT_* when the machine cannot hold the scenario
 */
export function openDocument(request: RunRequest, namespace: OwnNamespace | { reason: string }, cores: CoreShare): ResultDocument {
  const { scenario, name, sources, command, nodeOptions: nodeFlags = '' } = request
  const limits = readMachineLimits(systemOf(namespace))
  const limitWarnings = checkLimits(scenario, request.force, limits)
  const environment = trialEnvironment({ namespace, cores, nodeFlags })
  const clientHostCount = scenario.clientHostCount ?? clientHostsFor(scenario.clientCount, limits)
  return {
    schemaVersion,
    harness: readHarness(command),
    environment,
    scenario: { name, resolved: structuredClone(scenario), sources },
    plan: planRun(scenario, clientHostCount),
    interrupted: false,
    trials: [],
    failedTrials: [],
    summary: [],
    comparison: { metrics: [], limitBreaches: [] },
    calibration: {
      control: null,
      state: latestCalibration(request.calibrationDir, environment, packageVersion()),
      reasons: { control: 'has not run yet' },
    },
    warnings: [...request.warnings, ...limitWarnings, ...machineWarnings(namespace, cores, clientHostCount)],
  }
}

/** Sums up and compares the trials that the document holds by now. */
export function judgeTrials(document: ResultDocument, { contenders, matters, limits }: Scenario): void {
  const { trials, failedTrials } = document
  document.summary = summarise({
    contenders: contenders.map(({ label, transport }) => ({
      label,
      transport,
      traits: { ...shownTraits(transport), complexity: complexityOf(transport) },
    })),
    trials,
    failedTrials,
  })
  document.comparison = compare(document.summary, matters, trials, limits)
}

/** One sentence on the trials whose figures a busy machine has spoilt; null where it spoilt none. */
export function busyMachineText(trials: readonly TrialResult[]): string | null {
  const standing = trials.filter(({ isRepeated }) => isRepeated !== true)
  const found = standing.map(({ validity }) => validity.reasons.filter(({ owner, status }) => owner === 'machine' && status === 'invalid'))
  const reasons = found.flat()
  if (reasons.length === 0) return null
  const gates = [...new Set(reasons.map(({ gate }) => gate))].join(', ')
  const spoilt = families.filter((family) => reasons.some((reason) => familiesOf(reason).includes(family)))
  const count = found.filter((ofTrial) => ofTrial.length > 0).length
  return `the machine was busy in ${count} of ${standing.length} trials (${gates}): ${spoilt.map((family) => familyNames[family]).join(', ')} of these trials do not count; their other figures do. Run again when the machine is quiet.`
}

function shownTraits(transport: string): Omit<SummaryRow['traits'], 'complexity'> {
  const { protocol, direction, proxies, fits, fitsAi } = transportOf(transport).traits
  return { protocol, direction, proxies, fits, fitsAi }
}

/**
 * What about the machine makes figures noisier, or leaves some out.
 *
 * @param namespace that of the trials, or why they have none of their own
 */
function machineWarnings(namespace: OwnNamespace | { reason: string }, cores: CoreShare, clientHostCount: number): Warning[] {
  const found: Warning[] = []
  if ('reason' in namespace) {
    found.push(
      warning(
        'WARN_NAMESPACE_SHARED',
        `no network namespace per trial (${namespace.reason}): wire bytes, segments and accept overflows are not measured.`,
      ),
    )
  }
  if (cores.server.length === 0)
    found.push(warning('WARN_PINNING_OFF', 'processes are not pinned to CPUs: latency and CPU figures are noisier.'))
  const busy = noiseSources(readMachineLoad())
  if (busy.length > 0) found.push(warning('WARN_COMPETING_LOAD', `the machine was busy before the run: ${busy.join('; ')}.`))
  // Client hosts beyond the processors of the generator share them, and need no more time than those have.
  const quota = quotaShortage(1 + Math.min(Math.max(1, cores.generator.length), clientHostCount))
  if (quota !== null) found.push(warning('WARN_PROCESSOR_QUOTA', quota))
  const queue = acceptQueueShortage(systemOf(namespace))
  if (queue !== null) found.push(warning('WARN_ACCEPT_QUEUE', queue))
  return found
}
