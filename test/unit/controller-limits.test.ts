import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  bytesLeftByControllers,
  quotaBetween,
  quotaShortage,
  readControllerLimits,
  readQuotas,
} from '../../src/machine/controller-limits.ts'
import { withSystem } from '../helpers/fake-system.ts'

const limit = 300 * 1_048_576
const limitsOf = (files: Record<string, string>) => withSystem(files, (system) => readControllerLimits(system))

// What a container may use, not what its host has.
describe('limits of the control groups', () => {
  it('are read from version 2', () => {
    const files = { '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/memory.max': String(limit), '/sys/fs/cgroup/cpu.max': '150000 100000' }
    assert.deepEqual(limitsOf(files), { memoryBytes: 314_572_800, cpuCount: 1.5 })
  })

  it('are read from version 1', () => {
    const files = {
      '/proc/self/cgroup': '4:memory:/\n1:cpu,cpuacct:/',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': String(limit),
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '150000',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000',
    }
    assert.deepEqual(limitsOf(files), { memoryBytes: 314_572_800, cpuCount: 1.5 })
  })

  it('are "none", not a huge number, where the controller sets none', () => {
    const second = { '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/memory.max': 'max', '/sys/fs/cgroup/cpu.max': 'max 100000' }
    assert.deepEqual(limitsOf(second), { memoryBytes: 'none', cpuCount: 'none' })
    const first = {
      '/proc/self/cgroup': '4:memory:/\n1:cpu:/',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
    }
    assert.deepEqual(limitsOf(first), { memoryBytes: 'none', cpuCount: 'none' })
  })

  it('are "none" in the root group of version 2, which has no limit files', () => {
    assert.deepEqual(limitsOf({ '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/cgroup.controllers': 'cpu memory' }), {
      memoryBytes: 'none',
      cpuCount: 'none',
    })
  })

  it('are null without a controller', () => {
    assert.deepEqual(limitsOf({}), { memoryBytes: null, cpuCount: null })
    assert.deepEqual(limitsOf({ '/proc/self/cgroup': '0::/' }), { memoryBytes: null, cpuCount: null })
  })

  it('hold from every group above: the least counts, also where the own group sets none', () => {
    const files = {
      '/proc/self/cgroup': '0::/pod/run',
      '/sys/fs/cgroup/pod/run/memory.max': 'max',
      '/sys/fs/cgroup/pod/run/cpu.max': '200000 100000',
      '/sys/fs/cgroup/pod/memory.max': String(limit),
      '/sys/fs/cgroup/pod/cpu.max': '50000 100000',
    }
    assert.deepEqual(limitsOf(files), { memoryBytes: limit, cpuCount: 0.5 })
  })

  it('are found at the mount where a container does not see the path of its group', () => {
    const files = { '/proc/self/cgroup': '4:memory:/docker/abc', '/sys/fs/cgroup/memory/memory.limit_in_bytes': String(limit) }
    assert.equal(limitsOf(files).memoryBytes, limit)
  })
})

describe('memory that the control groups leave', () => {
  const left = (files: Record<string, string>) => withSystem(files, (system) => bytesLeftByControllers(system))

  it('is limit − use + what the kernel can drop', () => {
    const files = {
      '/proc/self/cgroup': '0::/',
      '/sys/fs/cgroup/memory.max': String(limit),
      '/sys/fs/cgroup/memory.current': '200000000',
      '/sys/fs/cgroup/memory.stat': 'anon 1\ninactive_file 50000000',
    }
    assert.equal(left(files), limit - 150_000_000)
  })

  it('is what the tightest group leaves, and infinite without a limit', () => {
    const files = {
      '/proc/self/cgroup': '4:memory:/a',
      '/sys/fs/cgroup/memory/a/memory.limit_in_bytes': '9223372036854771712',
      '/sys/fs/cgroup/memory/a/memory.usage_in_bytes': '1000',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '5000',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '4000',
      '/sys/fs/cgroup/memory/memory.stat': 'total_inactive_file 500',
    }
    assert.equal(left(files), 1_500)
    assert.equal(left({}), Infinity)
  })
})

/** A container of half a processor below a pod of two; what was throttled since a moment ago is added. */
const version2 = (stalled: number): Record<string, string> => ({
  '/proc/self/cgroup': '0::/pod/run',
  '/sys/fs/cgroup/cpu.stat': 'usage_usec 99',
  '/sys/fs/cgroup/pod/cpu.max': '200000 100000',
  '/sys/fs/cgroup/pod/cpu.stat': `usage_usec 9\nnr_periods ${900 + 80}\nnr_throttled 3\nthrottled_usec 5000`,
  '/sys/fs/cgroup/pod/run/cpu.max': '50000 100000',
  '/sys/fs/cgroup/pod/run/cpu.stat': `nr_periods ${stalled === 0 ? 500 : 580}\nnr_throttled ${100 + stalled}\nthrottled_usec ${7_000 + stalled * 50_000}`,
})

const version1 = (stalled: number): Record<string, string> => ({
  '/proc/self/cgroup': '5:cpu,cpuacct:/run\n4:memory:/run',
  '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1',
  '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000',
  '/sys/fs/cgroup/cpu,cpuacct/cpu.stat': 'nr_periods 0\nnr_throttled 0\nthrottled_time 0',
  '/sys/fs/cgroup/cpu,cpuacct/run/cpu.cfs_quota_us': '50000',
  '/sys/fs/cgroup/cpu,cpuacct/run/cpu.cfs_period_us': '100000',
  '/sys/fs/cgroup/cpu,cpuacct/run/cpu.stat': `nr_periods ${stalled === 0 ? 500 : 580}\nnr_throttled ${100 + stalled}\nthrottled_time ${(7_000 + stalled * 50_000) * 1_000}`,
})

describe('a processor quota', () => {
  for (const [version, files] of [
    ['2', version2],
    ['1', version1],
  ] as const) {
    it(`of version ${version} is reported with the periods in which its group was throttled, the group throttled most often`, () => {
      const [from, until] = [0, 41].map((stalled) => withSystem(files(stalled), (system) => readQuotas(system)))
      assert.deepEqual(quotaBetween(from!, until!), { cpuCount: 0.5, periodCount: 80, stalledPeriodCount: 41, stalledUs: 2_050_000 })
    })
  }

  it('is null where no group has one, and all zeros where it was never used up', () => {
    const none = withSystem(
      { '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/cpu.max': 'max 100000', '/sys/fs/cgroup/cpu.stat': 'nr_throttled 0' },
      readQuotas,
    )
    assert.equal(quotaBetween(none, none), null)
    const idle = withSystem(version2(0), readQuotas)
    assert.deepEqual(quotaBetween(idle, idle), { cpuCount: 0.5, periodCount: 0, stalledPeriodCount: 0, stalledUs: 0 })
  })

  it('is reported before a run where it is less than the CPUs that a trial needs', () => {
    const shortageAt = (neededCount: number) => withSystem(version1(0), (system) => quotaShortage(neededCount, system))
    assert.match(shortageAt(2)!, /^the CPU quota of the control group \(cgroup\) is 0\.5 CPUs, but a trial needs 2: /)
    assert.equal(shortageAt(0.5), null)
    assert.equal(
      withSystem({ '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/cpu.max': 'max 100000' }, (system) => quotaShortage(64, system)),
      null,
    )
  })
})
