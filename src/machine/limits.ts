import { availableParallelism } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import { harnessError, type ErrorCode } from '../core/errors.ts'
import { plannedPath } from '../core/links.ts'
import type { Scenario } from '../core/scenario.ts'
import { bytesPerKiB, bytesPerMiB, msPerSecond } from '../core/units.ts'
import { warning, type Warning } from '../core/warnings.ts'
import { bytesLeftByControllers } from './controller-limits.ts'
import { descriptorLimitIn } from './proc.ts'
import { probeClientCountFor } from '../traffic/probe.ts'
import { expectedDeliveries } from '../traffic/traffic-plan.ts'
import { longestTextBytes, memoryNeed } from './memory-need.ts'
import { portRangeFile, settingFile } from './namespace.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

/** Descriptors that a process needs beside its clients: standard streams, epoll, IPC, listener, modules being read. */
const spareDescriptors = 50
/** Connects from one source address to one port get slow as the range fills; above this the harness does not go. */
const portsPerServer = 25_000
/** Ports left for the probe, its shadows and the runner's own requests. */
export const sparePorts = 42
/** Local ports of a fresh network namespace: 32768 to 60999, whatever is set around it (inet_init_net in the kernel's af_inet.c). */
export const freshPortCount = 28_232
/** Clients of one host that keep its event loop well below 0.7 at the rates of the scenarios here. */
const clientsPerHost = 5_000
const maxClientHosts = 64

/** Accept queue that every server asks for; the kernel cuts it at net.core.somaxconn. */
export const acceptBacklog = 4_096

/** What this machine allows; `null` where it does not say. */
export interface MachineLimits {
  /** Descriptors of one process. Node raises the soft limit to the hard one when it starts, and children inherit it. */
  descriptorLimitCount: number | null
  localPortCount: number | null
  availableMemoryBytes: number | null
  /** Longest that V8 lets the heap of a process grow. */
  heapLimitBytes: number
}

/** Reads the limits from Linux's /proc and the memory controller, `null` elsewhere, and V8's own of this process, which are those of its children. */
export function readMachineLimits(system: SystemFiles = systemFiles()): MachineLimits {
  const [low, high] = (system.read(portRangeFile) ?? '').split(/\s+/).map(Number)
  return {
    descriptorLimitCount: descriptorLimitIn(system.read('/proc/self/limits')),
    localPortCount: low === undefined || high === undefined ? null : high - low + 1,
    availableMemoryBytes: availableMemoryBytes(system),
    heapLimitBytes: getHeapStatistics().heap_size_limit,
  }
}

/** Client hosts for so many clients: as few as descriptors allow, more where free cores make the generator stronger. At most one a client. */
export function clientHostsFor(clientCount: number, { descriptorLimitCount }: MachineLimits, coreCount = availableParallelism()): number {
  const perHost = Math.max(1, (descriptorLimitCount ?? Infinity) - spareDescriptors)
  const byDescriptors = Math.ceil(clientCount / perHost)
  const byCores = Math.min(Math.max(1, coreCount - 2), Math.ceil(clientCount / clientsPerHost))
  return Math.min(maxClientHosts, clientCount, Math.max(byDescriptors, byCores))
}

/**
 * Compares what a scenario needs with what the machine allows, before anything starts.
 *
 * @returns with `force`, what was found as warnings; otherwise nothing
 * @throws {HarnessError} ERR_LIMIT_DESCRIPTORS, ERR_LIMIT_PORTS or ERR_LIMIT_MEMORY with need and limit, all at once
 */
export function checkLimits(scenario: Scenario, force: boolean, limits: MachineLimits = readMachineLimits()): Warning[] {
  const issues = [...descriptorIssues(scenario, limits), ...portIssues(scenario, limits), ...memoryIssues(scenario, limits)]
  if (force)
    return issues.map(({ code, text }) =>
      warning('WARN_LIMIT_IGNORED', `${code}: ${text}; --force runs anyway, and clients that do not fit count as failed.`),
    )
  const [first, ...others] = issues
  if (first === undefined) return []
  const texts = [first.text, ...others.map(({ code, text }) => `${code}: ${text}`)]
  throw harnessError(
    first.code,
    texts.map((text) => `${text}. Use fewer clients (--clients), raise the limit, or try anyway with --force.`).join('\n'),
  )
}

/** Says that the kernel cuts the accept queue below what servers ask for; null when it does not, or does not report it. */
export function acceptQueueShortage(system: SystemFiles = systemFiles(), asked = acceptBacklog): string | null {
  const somaxconn = system.read(settingFile('net.core.somaxconn'))
  const limit = Number.parseInt(somaxconn ?? '', 10)
  if (!(limit < asked)) return null
  return `the accept queue holds ${limit} connections (net.core.somaxconn), but servers ask for ${asked}: clients that connect at once may overflow it.`
}

/** Connections of one client: those that send, or ask for jobs, do so on a second one (WebSocket clients need it less). */
export function connectionsPerClient({ traffic }: Pick<Scenario, 'traffic'>): number {
  return traffic.sender === 'clients' || traffic.pattern === 'jobs' ? 2 : 1
}

interface LimitIssue {
  code: ErrorCode
  text: string
}

function descriptorIssues(scenario: Scenario, limits: MachineLimits): LimitIssue[] {
  const { descriptorLimitCount: limit } = limits
  if (limit === null) return []
  const hostCount = scenario.clientHostCount ?? clientHostsFor(scenario.clientCount, limits)
  const probeCount = probeClientCountFor({
    clientCount: scenario.clientCount,
    deliveriesPerSecond: expectedDeliveries(scenario, msPerSecond),
  })
  const connectionCount = scenario.clientCount * connectionsPerClient(scenario)
  const needs = [
    { role: 'server', clients: connectionCount, probes: 2 * probeCount },
    { role: 'client host', clients: Math.ceil(connectionCount / hostCount), probes: Math.ceil(probeCount / hostCount) },
    ...plannedPath(scenario).map(({ kind: { role, socketsPerConnection: sockets } }) => ({
      role,
      clients: sockets * connectionCount,
      probes: sockets * 2 * probeCount,
    })),
  ].map((need) => ({ ...need, total: need.clients + need.probes + spareDescriptors }))
  return needs
    .filter(({ total }) => total > limit)
    .map(({ role, clients, probes, total }) => ({
      code: 'ERR_LIMIT_DESCRIPTORS',
      text: `the ${role} needs ${total} descriptors (${clients} ${connectionsPerClient(scenario) === 1 ? 'clients' : 'connections of clients'} + ${probes === 0 ? '' : `${probes} of the probe + `}${spareDescriptors}), but the limit per process is ${limit} (ulimit -n)`,
    }))
}

/** Local ports that a trial takes. Those of sessions that have left stay taken for a minute (TIME_WAIT), as long as a trial. */
function portCount(scenario: Scenario): number {
  const { traffic, phases, clientCount } = scenario
  if (traffic.pattern !== 'jobs') return clientCount * connectionsPerClient(scenario)
  const sessionCount = (traffic.jobsPerSecond! * (phases.warmUpMs + phases.measuredMs)) / msPerSecond
  return Math.ceil(sessionCount * (traffic.jobsInRow! + 1))
}

function portIssues(scenario: Scenario, { localPortCount }: MachineLimits): LimitIssue[] {
  const clientCount = portCount(scenario)
  if (localPortCount === null) return []
  const limit = Math.max(0, Math.min(portsPerServer, localPortCount - sparePorts))
  if (clientCount <= limit) return []
  return [
    {
      code: 'ERR_LIMIT_PORTS',
      text: `${clientCount} ${connectionsPerClient(scenario) === 1 ? 'clients' : 'connections of clients'} need as many local ports, but only ${limit} can be used for one server port (ip_local_port_range has ${localPortCount})`,
    },
  ]
}

/** What a trial may hold: in all its processes, in one heap, and in one text. */
function memoryIssues(scenario: Scenario, limits: MachineLimits): LimitIssue[] {
  const { availableMemoryBytes, heapLimitBytes } = limits
  const hostCount = scenario.clientHostCount ?? clientHostsFor(scenario.clientCount, limits)
  const { contender, totalBytes, serverHeapBytes, clientHostHeapBytes, answerBytes, text } = memoryNeed(scenario, hostCount)
  const mib = (bytes: number) => `${Math.ceil(bytes / bytesPerMiB)} MiB`
  const needs = [
    { what: 'a trial may need', need: totalBytes, of: 'of memory in all its processes', limit: availableMemoryBytes, are: 'are available' },
    { what: 'its server may need', need: serverHeapBytes, of: 'of heap', limit: heapLimitBytes, are: 'is the V8 heap limit' },
    {
      what: 'a client host may need',
      need: clientHostHeapBytes,
      of: 'of heap',
      limit: heapLimitBytes,
      are: 'is the V8 heap limit',
    },
    {
      what: 'an answer to a poll may hold',
      need: answerBytes,
      of: 'of text',
      limit: longestTextBytes,
      are: 'is the most that Node allows in one string',
    },
  ]
  return needs
    .filter(({ need, limit }) => limit !== null && need > limit)
    .map(({ what, need, of, limit, are }) => ({
      code: 'ERR_LIMIT_MEMORY',
      text: `${what} ${mib(need)} ${of} (${contender}: ${text}), ${mib(limit!)} ${are}`,
    }))
}

function availableMemoryBytes(system: SystemFiles): number | null {
  const kb = /^MemAvailable:\s+(\d+) kB/m.exec(system.read('/proc/meminfo') ?? '')?.[1]
  if (kb === undefined) return null
  return Math.min(Number(kb) * bytesPerKiB, bytesLeftByControllers(system))
}
