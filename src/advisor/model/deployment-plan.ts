import type { TransportPrediction } from './predict.ts'
import type { Workload } from './workload.ts'

/** One number of a plan on paper, with what it assumes. */
export interface PlanLine {
  what: string
  value: number
  unit: string
  assumption: string
}

/** Local ports that Linux gives out to one address by default (net.ipv4.ip_local_port_range 32768 to 60999). */
const portsPerAddress = 28_232
/** Usable ports per backend; above it the kernel's port search gets slow. */
const usablePortsPerAddress = 25_000

/** Instances, connections, memory and ports of a deployment: arithmetic on the predictions, nothing that was measured at this size. */
export function planOf({ figures }: TransportPrediction, workload: Workload): PlanLine[] {
  const { instanceCount, residentBytes, kernelBytes, descriptorCount, utilisationRatio } = figures
  const count = instanceCount.value ?? 1
  const perInstance = workload.clientCount / count
  const lines: PlanLine[] = [
    {
      what: 'instances',
      value: count,
      unit: 'processes',
      assumption: `${instanceCount.source}; clients are spread evenly, and instances share nothing but the source of the messages`,
    },
    {
      what: 'connections per instance',
      value: Math.ceil(perInstance),
      unit: 'connections',
      assumption: 'one a client; short polling keeps its connection between polls',
    },
    {
      what: 'utilisation of an instance',
      value: utilisationRatio.value!,
      unit: 'of one processor',
      assumption: 'the average; bursts above it wait. TLS, authentication and your own work are not in it',
    },
    {
      what: 'resident memory of an instance',
      value: residentBytes.value! / count,
      unit: 'bytes',
      assumption: 'the peak of a short run; your own state and a longer history of messages come on top',
    },
    {
      what: 'kernel memory of an instance',
      value: kernelBytes.value! / count,
      unit: 'bytes',
      assumption: 'idle sockets; counted by the container, in no RSS; buffers of slow readers come on top',
    },
    {
      what: 'open files of an instance',
      value: Math.ceil(descriptorCount.value! / count),
      unit: 'descriptors',
      assumption: 'ulimit -n must be above it; behind a proxy the proxy needs two a client',
    },
    {
      what: 'addresses that a proxy needs towards an instance',
      value: Math.ceil(perInstance / usablePortsPerAddress),
      unit: 'addresses',
      assumption: `only behind a proxy: ${usablePortsPerAddress} of the ${portsPerAddress} local ports of Linux's default range`,
    },
  ]
  if (count > 1)
    lines.push({
      what: 'one instance more, for one that is down',
      value: count + 1,
      unit: 'processes',
      assumption: 'the clients of the lost one come back within seconds: their connects are not in the figures above',
    })
  return lines
}
