import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { existsSync } from 'node:fs'
import { exitCodes, messageOf } from '../core/errors.ts'
import { reinstallAdvice } from '../core/package-root.ts'
import { bytesPerMiB } from '../core/units.ts'
import { acceptBacklog, acceptQueueShortage, readMachineLimits } from '../machine/limits.ts'
import { noiseSources, watchMachineLoad } from '../machine/machine-load.ts'
import { readControllerLimits } from '../machine/controller-limits.ts'
import { findNamespace, systemOf } from '../machine/namespace.ts'
import { measuredPart } from '../machine/platform.ts'
import { print } from './output.ts'

interface Finding {
  isFine: boolean
  text: string
}

/** Something that a run or a report can use. */
interface MachineCheck {
  name: string
  look: () => Finding | Promise<Finding>
}

const floor = { major: 20, minor: 19 }
/** Clients that the largest scenarios here ask for. */
const manyClients = 10_000
const roomyMib = 1_024

/** Every check, in the order in which it is printed. */
const machineChecks: readonly MachineCheck[] = [
  { name: 'Node', look: nodeVersion },
  {
    name: 'system',
    look: () => {
      const part = measuredPart()
      return { isFine: part === null, text: part ?? `${process.platform} ${process.arch}` }
    },
  },
  { name: 'cores', look: cores },
  { name: 'descriptors', look: descriptors },
  { name: 'ports', look: ports },
  { name: 'accept queue', look: acceptQueue },
  { name: 'memory', look: memory },
  { name: 'namespaces', look: namespaces },
  {
    name: 'taskset',
    look: () =>
      says(
        runs('taskset', ['--version']),
        'processes can be pinned to CPUs',
        'install util-linux, so that processes can be pinned to CPUs',
      ),
  },
  { name: 'canvas', look: canvas },
  { name: 'fonts', look: fonts },
  { name: 'chromium', look: chromium },
  { name: 'load', look: load },
]

/** `bench doctor`: one line for each thing that a run or a report can use, with what to do where it is missing. Never fails: what is missing only costs precision. */
export async function doctor(): Promise<number> {
  for (const check of machineChecks) {
    const { isFine, text } = await check.look()
    await print(`${isFine ? 'ok  ' : 'warn'}  ${check.name.padEnd(12)}  ${text}\n`)
  }
  return exitCodes.done
}

function says(isFine: boolean, fact: string, advice: string): Finding {
  return { isFine, text: isFine ? fact : `${fact}: ${advice}` }
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return says(
    major > floor.major || (major === floor.major && minor >= floor.minor),
    process.version,
    `install ${floor.major}.${floor.minor} or newer`,
  )
}

function cores(): Finding {
  const { cpuCount } = readControllerLimits()
  const quota = typeof cpuCount === 'number' ? `, with a CPU quota of ${Number(cpuCount.toFixed(2))}` : ''
  return says(
    Math.min(availableParallelism(), typeof cpuCount === 'number' ? cpuCount : Infinity) >= 4,
    `${availableParallelism()} usable${quota}`,
    'with fewer than 4, server, publisher and clients share CPUs; expect tainted trials at high rates',
  )
}

function descriptors(): Finding {
  const { descriptorLimitCount: limit } = readMachineLimits()
  if (limit === null) return { isFine: false, text: 'the limit cannot be read here' }
  return says(
    limit > manyClients,
    `${limit} a process`,
    `raise the limit (ulimit -n ${2 * manyClients}) for more than ${Math.max(0, limit - 50)} clients`,
  )
}

function ports(): Finding {
  const { localPortCount } = readMachineLimits(systemOf(findNamespace()))
  if (localPortCount === null) return { isFine: false, text: 'the range cannot be read here' }
  return says(localPortCount > manyClients, `${localPortCount} local ports`, 'widen net.ipv4.ip_local_port_range')
}

function acceptQueue(): Finding {
  const shortage = acceptQueueShortage(systemOf(findNamespace()))
  return { isFine: shortage === null, text: shortage ?? `${acceptBacklog} connections may wait at a listener` }
}

function memory(): Finding {
  const { availableMemoryBytes } = readMachineLimits()
  if (availableMemoryBytes === null) return { isFine: false, text: 'cannot be read here' }
  const mib = Math.floor(availableMemoryBytes / bytesPerMiB)
  return says(
    mib >= roomyMib,
    `${mib} MiB available`,
    `free more memory: ${roomyMib} MiB or more are needed for a thousand clients and their report`,
  )
}

function namespaces(): Finding {
  const found = findNamespace()
  if ('enclose' in found) return { isFine: true, text: 'each trial gets its own network namespace' }
  return {
    isFine: false,
    text: `no network namespace (${found.reason}): run as root or allow user namespaces, so that wire bytes do not include other traffic`,
  }
}

async function canvas(): Promise<Finding> {
  try {
    const { ChartJSNodeCanvas } = await import('chartjs-node-canvas')
    const drawn = new ChartJSNodeCanvas({ width: 8, height: 8 }).renderToBufferSync({ type: 'bar', data: { datasets: [] } })
    return says(drawn.length > 0, 'PNG charts can be drawn', `nothing was drawn; ${reinstallAdvice()}`)
  } catch (error) {
    return {
      isFine: false,
      text: `PNG charts cannot be drawn (${messageOf(error).split('\n')[0]}): ${reinstallAdvice()}; reports have no PNG charts until then`,
    }
  }
}

function fonts(): Finding {
  try {
    const sheet = fileURLToPath(import.meta.resolve('inter-ui/inter.css'))
    return says(existsSync(sheet), 'the font Inter is installed', reinstallAdvice())
  } catch {
    return { isFine: false, text: `the font Inter is missing: ${reinstallAdvice()}; charts would have no text` }
  }
}

function chromium(): Finding {
  const name = ['chromium', 'chromium-browser', 'google-chrome'].find((candidate) => runs(candidate, ['--version']))
  return says(name !== undefined, name ?? 'not installed', 'install chromium to run the tests of report.html; nothing else needs it')
}

async function load(): Promise<Finding> {
  const load = await watchMachineLoad()
  const busy = noiseSources(load)
  return says(
    busy.length === 0,
    busy.length === 0
      ? `${load.loadAverage1.toFixed(2)} over the last minute; no process waits, and there is no CPU steal`
      : busy.join('; '),
    'something else is running; measure on a quiet machine',
  )
}

function runs(program: string, words: readonly string[]): boolean {
  return spawnSync(program, words, { stdio: 'ignore', timeout: 5_000 }).status === 0
}
