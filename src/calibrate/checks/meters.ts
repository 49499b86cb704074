import { fileURLToPath } from 'node:url'
import type { Finding } from '../../core/calibration-record.ts'
import { bytesPerMiB, usPerMs, usPerSecond } from '../../core/units.ts'
import { withChild, type Child } from '../../machine/child.ts'
import { nodeCommand } from '../../machine/pinning.ts'
import { cpuUs, pssBytes, rssBytes } from '../../machine/proc.ts'
import { atMost, inMs, within, withinShare, type Check } from '../check.ts'
import type { PlantedControl } from '../planted/load.ts'

const loadModule = fileURLToPath(new URL('../planted/load.js', import.meta.url))
const plantedMib = 100
const memoryAllowanceMib = 3
const heapLimitMib = 1
const burnUs = usPerSecond
const burstCount = 200
const cpuShare = 0.02
const blockMs = 200
const blockBelowMs = 10
const blockAboveMs = 30

/** K10, K21 and K22: the meters of a process against a load that was planted in it. */
export const meters: Check = {
  answers: [
    {
      id: 'K10',
      title: 'The loop-delay meter shows a block of 200 ms',
      known:
        'one busy loop of 200 ms in a window of 2 s, plus the time that the process then waited for its CPU: the maximum, minus the tick',
      tolerance: '−10/+30 ms',
      mechanism: 'the meter used in all processes of a trial, in a separate process',
    },
    {
      id: 'K21',
      title: 'The memory meter shows 100 MiB',
      known: 'a filled buffer of 100 MiB is resident, private, external and not in the heap',
      tolerance: '± 3 MiB, heap at most 1 MiB',
      mechanism: 'statm and smaps_rollup as the runner reads them, and the figures of the process after a forced collection',
    },
    {
      id: 'K22',
      title: 'The CPU meter shows 1.000 s',
      known: 'work until getrusage reports 1.000 s, at once and in 200 bursts of 5 ms',
      tolerance: '± 2 %',
      mechanism: 'the sum of schedstat over the threads as the runner reads it',
    },
  ],
  quick: true,
  seconds: [5, 5],
  async run() {
    return { K10: await blockFindings(), K21: await memoryFindings(), K22: await burnFindings() }
  },
}

/** Runs `use` with a process whose load is planted. */
function withPlanted<T>(use: (child: Child<PlantedControl>) => Promise<T>): Promise<T> {
  return withChild('seeded load', nodeCommand([], loadModule), use)
}

function blockFindings(): Promise<Finding[]> {
  return withPlanted(async (child) => {
    const { stallMaxUs, blockedUs } = await child.ask('block', { blockMs, windowMs: 2_000 })
    return [
      within({ what: 'longest stall', unit: 'ms', expected: blockedUs / usPerMs, measured: inMs(stallMaxUs) }, blockBelowMs, blockAboveMs),
    ]
  })
}

function memoryFindings(): Promise<Finding[]> {
  return withPlanted(async (child) => {
    const read = async () => {
      const { heapUsedBytes, externalBytes } = await child.ask('memory', undefined)
      return { rss: rssBytes(child.pid), pss: pssBytes(child.pid), external: externalBytes, heap: heapUsedBytes }
    }
    // The first collection gives pages back that would hide a part of the buffer.
    await read()
    const before = await read()
    await child.ask('hold', { bytes: plantedMib * bytesPerMiB })
    const after = await read()
    const grown = (key: keyof typeof before): number | null =>
      before[key] === null || after[key] === null ? null : (after[key] - before[key]) / bytesPerMiB
    const planted = (what: string, key: keyof typeof before) =>
      within({ what, unit: 'MiB', expected: plantedMib, measured: grown(key), why: '/proc was not readable' }, memoryAllowanceMib)
    return [
      planted('RSS', 'rss'),
      planted('PSS', 'pss'),
      planted('external', 'external'),
      atMost({ what: 'heap', unit: 'MiB', expected: heapLimitMib, measured: grown('heap') }),
    ]
  })
}

function burnFindings(): Promise<Finding[]> {
  return withPlanted(async (child) => {
    const burned = async (what: string, bursts: number, pauseMs: number) => {
      const before = cpuUs(child.pid)
      const chargedUs = await child.ask('burn', { cpuUs: burnUs, burstCount: bursts, pauseMs })
      const after = cpuUs(child.pid)
      const measured = before === null || after === null ? null : (after - before) / usPerSecond
      return withinShare({ what, unit: 's', expected: chargedUs / usPerSecond, measured, why: '/proc was not readable' }, cpuShare)
    }
    // Its start must not be charged to the work.
    await child.ask('memory', undefined)
    return [await burned('burned at once', 1, 0), await burned(`burned in ${burstCount} bursts`, burstCount, 1)]
  })
}
