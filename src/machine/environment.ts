import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { ResultDocument } from '../core/result.ts'
import { libraryTimeouts } from '../core/library-timeouts.ts'
import { packageRoot, packageVersion } from '../core/package-root.ts'
import { leftOutVariables } from './child-environment.ts'
import { readMachineLimits } from './limits.ts'
import { readControllerLimits } from './controller-limits.ts'
import { cpuClockMhz, kernelState, processorPressure } from './kernel-state.ts'
import { findNamespace, portRangeFile, settingFile, systemOf } from './namespace.ts'
import { shareCores } from './pinning.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

const require = createRequire(import.meta.url)

/** Libraries whose version can change a figure. */
const measuredLibraries = ['fastify', 'ws', 'undici', 'eventsource-parser']

/**
 * The environment of trials that are run now: in a namespace of their own where there can be one, whose settings are then reported
 * and not those around it, server and generator on their cores.
 *
 * @param nodeFlags options that servers and client hosts are started with
 */
export function trialEnvironment({
  namespace = findNamespace(),
  cores = shareCores(),
  nodeFlags = '',
} = {}): ResultDocument['environment'] {
  const pinning = cores.server.length === 0 ? 'off' : `server on ${cores.server.join(',')}, the rest on ${cores.generator.join(',')}`
  return readEnvironment({ namespace: 'enclose' in namespace ? 'own' : 'shared', pinning, nodeFlags }, systemOf(namespace))
}

/** Facts of a run that its machine does not report. */
export interface RunFacts {
  namespace: string
  pinning: string
  nodeFlags: string
}

/**
 * What the machine and its software are: enough to decide whether two results may be compared. Each null has its
 * reason in `reasons`. Host and user names are left out.
 *
 * @param system another machine's files, for tests
 */
export function readEnvironment(facts: RunFacts, system: SystemFiles = systemFiles()): ResultDocument['environment'] {
  const limits = readControllerLimits(system)
  const known: ResultDocument['environment'] = {
    startedAt: new Date().toISOString(),
    platform: platform(),
    arch: arch(),
    kernel: release(),
    cpuModel: cpuModel(),
    cpuClockMhz: cpuClockMhz(system),
    coreCount: availableParallelism(),
    cpuQuotaCount: limits.cpuCount,
    memoryBytes: totalmem(),
    memoryLimitBytes: limits.memoryBytes,
    node: process.version,
    v8: process.versions.v8,
    nodeFlags: facts.nodeFlags,
    leftOut: leftOutVariables().join(', ') || 'nothing',
    libraries: Object.fromEntries(measuredLibraries.map((name) => [name, versionOf(name)])),
    lockfileSha256: lockfileHash(),
    libraryTimeouts: Object.fromEntries(Object.entries(libraryTimeouts).map(([name, ms]) => [name, String(ms)])),
    virtualisation: system.read('/sys/class/dmi/id/product_name') ?? hypervisorFlag(system),
    openFilesLimit: readMachineLimits(system).descriptorLimitCount,
    localPortRange: system.read(portRangeFile),
    somaxconn: Number(system.read(settingFile('net.core.somaxconn'))) || null,
    ...kernelState(system),
    loadAverage1: loadavg()[0] ?? 0,
    ...processorPressure(system),
    namespace: facts.namespace,
    pinning: facts.pinning,
  }
  const missing = Object.keys(known).filter((key) => known[key] === null)
  return { ...known, reasons: Object.fromEntries(missing.map((key) => [key, notTold[key] ?? 'the system does not report it'])) }
}

/** Why a value is null, where more can be said than that the system does not report it. */
const notTold: Readonly<Record<string, string>> = {
  cpuQuotaCount: 'no CPU controller (cgroup) can be read',
  memoryLimitBytes: 'no memory controller (cgroup) can be read',
  cpuGovernor: 'no frequency scaling is visible, as in a virtual machine',
  lockfileSha256: 'there is no package-lock.json',
  timerHz: 'the configuration of the kernel cannot be read',
  cpuAccounting: 'the configuration of the kernel cannot be read',
}

/** Version, commit and state of this checkout; null where the package is no work tree of its own: a repository around it has other commits. */
export function readHarness(command: string, root = packageRoot()): ResultDocument['harness'] {
  const isOwnTree = git(root, 'rev-parse', '--show-prefix') === ''
  const commit = isOwnTree ? git(root, 'rev-parse', '--short=12', 'HEAD') : null
  const status = commit === null ? null : git(root, 'status', '--porcelain', '--untracked-files=no')
  const reason = 'the package is not a git checkout'
  return {
    version: packageVersion(),
    commit,
    dirty: status === null ? null : status !== '',
    command,
    reasons: commit === null ? { commit: reason, dirty: reason } : {},
  }
}

/** Set where a hook of another repository runs the command (git-rev-parse(1), --local-env-vars). */
const otherRepository = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR', 'GIT_PREFIX']

function git(cwd: string, ...args: string[]): string | null {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !otherRepository.includes(name)))
  try {
    return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

function versionOf(name: string): string {
  const entry = require.resolve(name)
  const folder = join('node_modules', name)
  const root = entry.slice(0, entry.lastIndexOf(folder) + folder.length)
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
}

/** libuv says "unknown" where it does not know. */
function cpuModel(): string | null {
  const model = cpus()[0]?.model.trim() ?? ''
  return model === '' || model === 'unknown' ? null : model
}

/** All dependencies in one figure; null where only the package was installed. */
function lockfileHash(): string | null {
  try {
    return createHash('sha256')
      .update(readFileSync(join(packageRoot(), 'package-lock.json')))
      .digest('hex')
  } catch {
    return null
  }
}

function hypervisorFlag(system: SystemFiles): string | null {
  return /^flags\s*:.*\bhypervisor\b/m.test(system.read('/proc/cpuinfo') ?? '') ? 'virtual machine' : null
}

/** What of an environment can change a figure. Load, time and the ways of one run (namespace, pinning) are left out. */
const parts = [
  'platform',
  'arch',
  'kernel',
  'cpuModel',
  'coreCount',
  'memoryBytes',
  'memoryLimitBytes',
  'cpuQuotaCount',
  'node',
  'libraries',
  'libraryTimeouts',
  'localPortRange',
  'somaxconn',
] as const

/**
 * SHA-256 (hex) of what a calibration rests on. A calibration with another hash than the run's says nothing about the run.
 */
export function environmentHash(environment: ResultDocument['environment'], harnessVersion: string): string {
  const facts = parts.map((part) => [part, canonical(environment[part] ?? null)])
  return createHash('sha256')
    .update(JSON.stringify([['harness', harnessVersion], ...facts]))
    .digest('hex')
}

/** The order in which a table of versions was filled must not matter. */
function canonical(value: ResultDocument['environment'][string]): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)) : value
}
