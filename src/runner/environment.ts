import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import type { ResultDocument } from '../core/result.ts'
import { libraryTimeouts } from '../core/library-timeouts.ts'
import { packageVersion } from '../core/package-root.ts'
import { kernelSetting, readProcFile } from './proc.ts'

const require = createRequire(import.meta.url)

/** Libraries whose version can change a figure. */
const measuredLibraries = ['fastify', 'ws', 'undici', 'eventsource-parser']

/** What the machine and its software are: enough to tell whether two results may be compared. Host and user names are left out. */
export function readEnvironment(facts: { namespace: string; pinning: string }): ResultDocument['environment'] {
  return {
    startedAt: new Date().toISOString(),
    platform: platform(),
    arch: arch(),
    kernel: release(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    coreCount: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    v8: process.versions.v8,
    libraries: Object.fromEntries(measuredLibraries.map((name) => [name, versionOf(name)])),
    libraryTimeouts: Object.fromEntries(Object.entries(libraryTimeouts).map(([name, ms]) => [name, String(ms)])),
    clocksource: readText('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    virtualisation: readText('/sys/class/dmi/id/product_name') ?? hypervisorFlag(),
    openFilesLimit: openFilesLimit(),
    localPortRange: kernelSetting('net/ipv4/ip_local_port_range'),
    somaxconn: Number(kernelSetting('net/core/somaxconn')) || null,
    loadAverage1: loadavg()[0] ?? 0,
    ...facts,
  }
}

/** Version, commit and state of this checkout; null outside git. */
export function readHarness(command: string): ResultDocument['harness'] {
  const commit = git('rev-parse', '--short=12', 'HEAD')
  const status = commit === null ? null : git('status', '--porcelain', '--untracked-files=no')
  const reason = 'not a git checkout'
  return {
    version: packageVersion(),
    commit,
    dirty: status === null ? null : status !== '',
    command,
    reasons: commit === null ? { commit: reason, dirty: reason } : {},
  }
}

function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

function versionOf(name: string): string {
  const entry = require.resolve(name)
  const folder = entry.slice(0, entry.lastIndexOf(`node_modules/${name}`) + `node_modules/${name}`.length)
  return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string }).version
}

function openFilesLimit(): number | null {
  const soft = /^Max open files\s+(\d+)/m.exec(readProcFile('/proc/self/limits') ?? '')?.[1]
  return soft === undefined ? null : Number(soft)
}

function readText(path: string): string | null {
  return readProcFile(path)?.trim() ?? null
}

function hypervisorFlag(): string | null {
  return /^flags\s*:.*\bhypervisor\b/m.test(readProcFile('/proc/cpuinfo') ?? '') ? 'virtual machine' : null
}
