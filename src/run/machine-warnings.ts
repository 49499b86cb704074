import { warning, type Warning } from '../core/warnings.ts'
import { acceptQueueShortage } from '../machine/limits.ts'
import { readMachineLoad, unquietness } from '../machine/machine-load.ts'
import type { CoreShare } from '../machine/pinning.ts'

/**
 * What about the machine makes figures noisier, or leaves some out.
 *
 * @param sharedBecause why trials have no network namespace of their own; undefined = they have
 */
export function machineWarnings(sharedBecause: string | undefined, cores: CoreShare): Warning[] {
  const found: Warning[] = []
  if (sharedBecause !== undefined) {
    found.push(
      warning(
        'WARN_NAMESPACE_SHARED',
        `no network namespace per trial (${sharedBecause}): wire bytes, segments and accept overflows are not measured.`,
      ),
    )
  }
  if (cores.server.length === 0)
    found.push(warning('WARN_PINNING_OFF', 'processes are not bound to processors: latency and CPU figures are noisier.'))
  const busy = unquietness(readMachineLoad())
  if (busy.length > 0) found.push(warning('WARN_COMPETING_LOAD', `something else uses this machine before the run: ${busy.join('; ')}.`))
  const queue = acceptQueueShortage()
  if (queue !== null) found.push(warning('WARN_ACCEPT_QUEUE', queue))
  return found
}
