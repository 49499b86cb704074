import { createHash } from 'node:crypto'
import type { ResultDocument } from '../core/result.ts'

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
