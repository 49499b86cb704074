import { warning, type Warning } from '../core/warnings.ts'
import type { CoreShare } from './pinning.ts'

/** Load per core below which nothing else uses the machine to speak of. */
const negligibleLoad = 0.3

interface MachineState {
  /** Why trials have no network namespace of their own; undefined = they have. */
  sharedBecause: string | undefined
  cores: CoreShare
  /** Load average of the last minute before the run. */
  load: number
}

/** What about the machine makes figures noisier, or leaves some out. */
export function machineWarnings({ sharedBecause, cores, load }: MachineState): Warning[] {
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
  if (load > negligibleLoad * (cores.server.length + cores.generator.length)) {
    found.push(warning('WARN_COMPETING_LOAD', `the load average was ${load.toFixed(2)} before the run: something else uses this machine.`))
  }
  return found
}
