import { spawnSync } from 'node:child_process'
import { withNodeOptions } from './child-environment.ts'
import { availableParallelism } from 'node:os'
import { allowedCores } from './proc.ts'

/** Which processors each kind of process may use; empty = any. */
export interface CoreShare {
  server: number[]
  generator: number[]
}

/**
 * Shares the processors out: the first for the server, the others for publisher, client hosts and sampler. One processor
 * cannot be shared out: then nothing is pinned.
 */
export function shareCores(cores = allowedCores()): CoreShare {
  if (cores.length < 2 || !isThere('taskset')) return { server: [], generator: [] }
  return { server: cores.slice(0, 1), generator: cores.slice(1) }
}

/** How many processors a process with this share may use at a time. */
export function coreCountOf(cores: readonly number[]): number {
  return cores.length === 0 ? availableParallelism() : cores.length
}

/** The command bound to these processors, and ended by the kernel when its parent dies (prctl PR_SET_PDEATHSIG). */
export function boundCommand(cores: readonly number[], command: readonly string[]): string[] {
  const pinned = cores.length === 0 ? [...command] : ['taskset', '-c', cores.join(','), ...command]
  return isThere('setpriv') ? ['setpriv', '--pdeathsig', 'KILL', ...pinned] : pinned
}

/** Node with this module and these options (NODE_OPTIONS), bound to these processors, able to collect garbage when it is asked to. */
export function nodeCommand(cores: readonly number[], module: string, options = ''): string[] {
  return boundCommand(cores, withNodeOptions(options, [process.execPath, '--expose-gc', module]))
}

const found = new Map<string, boolean>()

function isThere(program: string): boolean {
  let isFound = found.get(program)
  if (isFound === undefined) found.set(program, (isFound = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0))
  return isFound
}
