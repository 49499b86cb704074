import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { suite, test } from 'node:test'
import { machineFigures } from '../../src/analysis/machine-figures.ts'
import { readMachineLoad, noiseSources, watchMachineLoad, type MachineLoad } from '../../src/machine/machine-load.ts'
import { processorPressureRatio, processorTicks } from '../../src/machine/proc.ts'
import type { ProcessSample } from '../../src/machine/member.ts'
import type { WindowEdge } from '../../src/trial/sampler.ts'

const quiet: MachineLoad = { loadAverage1: 0.59, processorCount: 2, pressureRatio: 0.0499, stealRatio: 0.0099 }

suite('load of the machine before a run', () => {
  test('just below each limit a machine is quiet, and one that reports nothing more than its load too', () => {
    assert.deepEqual(noiseSources(quiet), [])
    assert.deepEqual(noiseSources({ ...quiet, pressureRatio: null, stealRatio: null }), [])
  })

  test('at each limit it is not, and says the figure and the limit', () => {
    assert.deepEqual(noiseSources({ ...quiet, loadAverage1: 0.6 }), ['the load average is 0.60 (quiet: below 0.6 on 2 CPUs)'])
    assert.deepEqual(noiseSources({ ...quiet, pressureRatio: 0.05 }), [
      'processes waited for a CPU in 5.0 % of the last 10 s (PSI; quiet: below 5.0 %)',
    ])
    assert.deepEqual(noiseSources({ ...quiet, stealRatio: 0.01 }), ['CPU steal was 1.0 % (quiet: below 1.0 %)'])
    assert.equal(noiseSources({ loadAverage1: 9, processorCount: 2, pressureRatio: 1, stealRatio: 1 }).length, 3)
  })

  test('reads PSI as the kernel prints it', () => {
    const text = 'some avg10=14.95 avg60=18.53 avg300=7.86 total=1483093130\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n'
    assert.equal(processorPressureRatio(text), 0.1495)
    assert.equal(processorPressureRatio(''), null)
  })

  test('reads the ticks of each processor as the kernel prints them (proc_stat(5)), guests not counted twice', () => {
    const text = 'cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 100 1 50 1000 20 2 30 4 7 0\ncpu10 1 0 0 9 0 0 0 0 0 0\nintr 5\n'
    assert.deepEqual(
      processorTicks(text),
      new Map([
        [0, { busy: 183, stolen: 4, all: 1_207 }],
        [10, { busy: 1, stolen: 0, all: 10 }],
      ]),
    )
    assert.equal(processorTicks('intr 5\n'), null)
  })

  test('reads this machine, with the steal of a second', async () => {
    const { loadAverage1, processorCount } = readMachineLoad()
    assert.equal(processorCount, availableParallelism())
    assert.ok(loadAverage1 >= 0)
    const { stealRatio } = await watchMachineLoad()
    assert.ok(stealRatio === null || (stealRatio >= 0 && stealRatio <= 1))
  })
})

const samplesOf = (cpuUs: number | null): ProcessSample[] => [
  { atUs: 0, cpuUs: 0, rssBytes: null, descriptorCount: null },
  { atUs: 1_000_000, cpuUs, rssBytes: null, descriptorCount: null },
]

const edge = (ticks: [cpu: number, busy: number, stolen: number, all: number][] | null): WindowEdge => ({
  network: null,
  switches: new Map(),
  quotas: new Map(),
  processors: ticks === null ? null : new Map(ticks.map(([cpu, busy, stolen, all]) => [cpu, { busy, stolen, all }])),
})

/** A second on two processors: 400 ms busy on the first and 900 ms on the second, 2 of 200 ticks stolen. */
const facts = {
  samples: {
    byMember: new Map([
      [1, samplesOf(350_000)],
      [2, samplesOf(100_000)],
      [3, samplesOf(250_000)],
    ]),
    from: edge([
      [0, 1_000, 0, 5_000],
      [1, 2_000, 3, 5_000],
    ]),
    until: edge([
      [0, 1_040, 1, 5_100],
      [1, 2_090, 4, 5_100],
    ]),
  },
  cores: { server: [0], generator: [1] },
  members: ['server', 'publisher', 'client-host'].map((role, index) => ({ role, index: 0, key: index + 1, pid: index + 1 })),
  hiccups: [{ cpu: 0, maxUs: 900, p99Us: 100 }],
}

suite('what else used the processors of a trial', () => {
  test('is what they were busy with, less what the processes bound to them used', () => {
    assert.deepEqual(machineFigures(facts), {
      hiccups: facts.hiccups,
      competingServerCpuRatio: 0.05,
      competingGeneratorCpuRatio: 0.55,
      stealRatio: 0.01,
      quota: null,
      reasons: { quota: 'no control group of the trial has a processor quota' },
    })
  })

  test('without pinned processes is reported for all CPUs together', () => {
    const { competingServerCpuRatio, competingGeneratorCpuRatio } = machineFigures({ ...facts, cores: { server: [], generator: [] } })
    assert.deepEqual([competingServerCpuRatio, competingGeneratorCpuRatio], [0.3, 0.3])
  })

  test('is never below nothing: ticks are coarser than schedstat', () => {
    const byMember = new Map([...facts.samples.byMember, [1, samplesOf(405_000)]] as [number, ProcessSample[]][])
    assert.equal(machineFigures({ ...facts, samples: { ...facts.samples, byMember } }).competingServerCpuRatio, 0)
  })

  test('is not measured, with a reason, where a file or a meter is missing', () => {
    const blind = machineFigures({
      ...facts,
      samples: { ...facts.samples, until: edge(null) },
      hiccups: { reason: 'threads cannot be pinned: taskset is missing, or the CPU is not available to this process' },
    })
    assert.deepEqual(Object.keys(blind.reasons).toSorted(), [
      'competingGeneratorCpuRatio',
      'competingServerCpuRatio',
      'hiccups',
      'quota',
      'stealRatio',
    ])
    assert.equal(blind.reasons['hiccups'], 'threads cannot be pinned: taskset is missing, or the CPU is not available to this process')
    const byMember = new Map([...facts.samples.byMember, [3, samplesOf(null)]] as [number, ProcessSample[]][])
    assert.equal(machineFigures({ ...facts, samples: { ...facts.samples, byMember } }).competingGeneratorCpuRatio, null)
  })
})
