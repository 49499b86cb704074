import { harnessError } from '../core/errors.ts'

const names: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macOS', win32: 'Windows' }

/** What a run measures on a system that is not Linux, in one line; null on Linux, where it measures everything. */
export function measuredPart(platform: NodeJS.Platform = process.platform): string | null {
  if (platform === 'linux') return null
  const name = names[platform] ?? platform
  // Publishes come over a Unix socket by its path, faults by SIGSTOP: Node has neither on Windows.
  if (platform === 'win32')
    return `${name}: nothing is measured: a trial needs Unix sockets and signals. Measure in WSL 2, which counts as Linux; list, show, choose, report and compare only read files.`
  return `${name}: latency, requests, application bytes, losses and heap are measured; CPU, resident memory, descriptors, wire bytes and competing load are not, since only Linux reports them.`
}

/**
 * Refuses to measure where no trial can run.
 *
 * @returns what is not measured here, in one line; null where everything is
 * @throws {HarnessError} ERR_PLATFORM on Windows
 */
export function checkPlatform(platform: NodeJS.Platform = process.platform): string | null {
  const part = measuredPart(platform)
  if (platform === 'win32') throw harnessError('ERR_PLATFORM', part!)
  return part
}
