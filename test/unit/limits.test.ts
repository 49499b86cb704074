import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { getHeapStatistics } from 'node:v8'
import { HarnessError } from '../../src/core/errors.ts'
import { acceptQueueShortage, checkLimits, clientHostsFor, readMachineLimits, type MachineLimits } from '../../src/machine/limits.ts'
import { memoryNeed } from '../../src/machine/memory-need.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { withSystem } from '../helpers/fake-system.ts'

const roomy: MachineLimits = { descriptorLimitCount: 1_000_000, localPortCount: 28_232, availableMemoryBytes: 1e12, heapLimitBytes: 4e9 }

function scenarioOf(clientCount: number, clientHostCount?: number) {
  return { ...loadScenario('smoke').scenario, clientCount, clientHostCount }
}

function codesOf(clientCount: number, limits: Partial<MachineLimits>): string[] {
  try {
    checkLimits(scenarioOf(clientCount), false, { ...roomy, ...limits })
    return []
  } catch (fault) {
    assert.ok(fault instanceof HarnessError)
    assert.equal(fault.exitCode, 2)
    return fault.message.split('\n')
  }
}

describe('limits', () => {
  it('accepts exactly as many clients as the server has descriptors for', () => {
    assert.deepEqual(codesOf(100, { descriptorLimitCount: 150 }), [])
    assert.match(
      codesOf(101, { descriptorLimitCount: 150 })[0]!,
      /^ERR_LIMIT_DESCRIPTORS: the server needs 151 descriptors \(101 clients \+ 50\), but the limit per process is 150/,
    )
  })

  it('counts the probe where the load bears one: 2 probe clients and 2 shadows', () => {
    assert.deepEqual(codesOf(202, { descriptorLimitCount: 256 }), [])
    assert.match(
      codesOf(203, { descriptorLimitCount: 256 })[0]!,
      /the server needs 257 descriptors \(203 clients \+ 4 of the probe \+ 50\)/,
    )
  })

  it('reports every limit that is too low', () => {
    const lines = codesOf(400, { descriptorLimitCount: 256, localPortCount: 100, availableMemoryBytes: 1_000_000 })
    assert.deepEqual(
      lines.map((line) => line.split(':')[0]),
      ['ERR_LIMIT_DESCRIPTORS', 'ERR_LIMIT_PORTS', 'ERR_LIMIT_MEMORY'],
    )
  })

  it('refuses client hosts that were asked for but cannot hold their clients', () => {
    const limits = { ...roomy, descriptorLimitCount: 20_000 }
    assert.throws(() => checkLimits(scenarioOf(19_990, 1), false, limits), /the server needs 20072.*\n.*the client host needs 20056/)
  })

  it('stops at 25,000 clients for one server port, whatever the range', () => {
    assert.deepEqual(codesOf(25_000, { localPortCount: 64_000 }), [])
    assert.match(
      codesOf(25_001, { localPortCount: 64_000 })[0]!,
      /ERR_LIMIT_PORTS: 25001 clients need as many local ports, but only 25000 can be used/,
    )
  })

  it('goes on by force, and says so', () => {
    const [found] = checkLimits(scenarioOf(400), true, { ...roomy, descriptorLimitCount: 256 })
    assert.equal(found?.code, 'WARN_LIMIT_IGNORED')
    assert.match(found.message, /458 descriptors.* 256/)
  })

  it('passes over what the machine does not tell', () => {
    assert.deepEqual(
      checkLimits(scenarioOf(1_000_000), false, { ...roomy, descriptorLimitCount: null, localPortCount: null, availableMemoryBytes: null }),
      [],
    )
  })

  it('takes as few client hosts as descriptors allow, and more only where cores are free', () => {
    const limits = { ...roomy, descriptorLimitCount: 20_000 }
    assert.equal(clientHostsFor(1_000, limits, 2), 1)
    assert.equal(clientHostsFor(19_950, limits, 2), 1)
    assert.equal(clientHostsFor(19_951, limits, 2), 2)
    assert.equal(clientHostsFor(20_000, limits, 8), 4)
    assert.equal(clientHostsFor(20_000, limits, 4), 2)
    assert.equal(clientHostsFor(1, limits, 64), 1)
    assert.equal(clientHostsFor(400, { ...roomy, descriptorLimitCount: 256 }, 2), 2)
  })

  it('estimates memory that grows with clients and with time', () => {
    const one = scenarioOf(1_000)
    const { totalBytes } = memoryNeed(one)
    assert.ok(memoryNeed(scenarioOf(2_000)).totalBytes > totalBytes)
    assert.ok(memoryNeed({ ...one, phases: { ...one.phases, measuredMs: 3_600_000 } }).totalBytes > totalBytes)
  })

  it('says when the kernel cuts the accept queue, and not where it does not tell', () => {
    const shortageAt = (somaxconn: string): string | null =>
      withSystem({ '/proc/sys/net/core/somaxconn': somaxconn }, (system) => acceptQueueShortage(system))
    assert.equal(shortageAt('4096'), null)
    assert.match(shortageAt('4095')!, /holds 4095 connections .* servers ask for 4096/)
    assert.match(shortageAt('128')!, /holds 128 connections/)
    assert.equal(
      withSystem({}, (system) => acceptQueueShortage(system)),
      null,
    )
  })

  it('reads the soft limit of descriptors, the range of local ports with both ends, and nothing where /proc is not', () => {
    const files = {
      '/proc/self/limits': 'Max open files            20000                40000                files',
      '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999',
    }
    const { descriptorLimitCount, localPortCount } = withSystem(files, (system) => readMachineLimits(system))
    assert.deepEqual([descriptorLimitCount, localPortCount], [20_000, 28_232])
    const { heapLimitBytes, ...others } = withSystem({}, (system) => readMachineLimits(system))
    assert.deepEqual(Object.values(others), [null, null, null])
    assert.equal(heapLimitBytes, getHeapStatistics().heap_size_limit)
  })

  it('reads what the shell says of this machine', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
    // Node raises the soft limit to the hard one when it starts.
    const hard = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim()
    assert.equal(readMachineLimits().descriptorLimitCount, hard === 'unlimited' ? null : Number(hard))
  })
})
