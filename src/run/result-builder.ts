import { schemaVersion, type ResultDocument, type SummaryRow } from '../core/result.ts'
import { packageVersion } from '../core/package-root.ts'
import type { Scenario } from '../core/scenario.ts'
import { warning, type Warning } from '../core/warnings.ts'
import { compare } from '../metrics/comparison.ts'
import { summarise } from '../metrics/summary.ts'
import { complexityOf } from './complexity.ts'
import { readHarness, trialEnvironment } from '../machine/environment.ts'
import { latestCalibration } from './latest-calibration.ts'
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
  return {
    schemaVersion,
    harness: readHarness(command),
    environment,
    scenario: { name, resolved: structuredClone(scenario), sources },
    plan: planRun(scenario, scenario.clientHostCount ?? clientHostsFor(scenario.clientCount, limits)),
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
    warnings: [...request.warnings, ...limitWarnings, ...machineWarnings(namespace, cores)],
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

function shownTraits(transport: string): Omit<SummaryRow['traits'], 'complexity'> {
  const { protocol, direction, proxies, fits, fitsAi } = transportOf(transport).traits
  return { protocol, direction, proxies, fits, fitsAi }
}

/**
 * What about the machine makes figures noisier, or leaves some out.
 *
 * @param namespace that of the trials, or why they have none of their own
 */
function machineWarnings(namespace: OwnNamespace | { reason: string }, cores: CoreShare): Warning[] {
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
    found.push(warning('WARN_PINNING_OFF', 'processes are not bound to processors: latency and CPU figures are noisier.'))
  const busy = noiseSources(readMachineLoad())
  if (busy.length > 0) found.push(warning('WARN_COMPETING_LOAD', `something else uses this machine before the run: ${busy.join('; ')}.`))
  const queue = acceptQueueShortage(systemOf(namespace))
  if (queue !== null) found.push(warning('WARN_ACCEPT_QUEUE', queue))
  return found
}
