import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { machineLine } from '../../src/report/facts.ts'
import { readEnvironment, readHarness } from '../../src/machine/environment.ts'
import { cpuClockMhz, kernelState, processorPressure } from '../../src/machine/kernel-state.ts'
import { checkLimits, readMachineLimits } from '../../src/machine/limits.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { withSystem } from '../helpers/fake-system.ts'
import { assertHonest } from './metrics-trial.ts'

const facts = { namespace: 'own', pinning: 'off', nodeFlags: '' }
const container = {
  '/proc/self/cgroup': '0::/',
  '/sys/fs/cgroup/memory.max': String(300 * 1_048_576),
  '/sys/fs/cgroup/memory.current': String(20 * 1_048_576),
  '/sys/fs/cgroup/cpu.max': '150000 100000',
}

describe('environment', () => {
  it('holds all that two results are compared by, and each null has its reason', () => {
    const environment = readEnvironment(facts)
    for (const key of ['cpuModel', 'cpuClockMhz', 'coreCount', 'memoryBytes', 'memoryLimitBytes', 'cpuQuotaCount', 'kernel', 'node'])
      assert.ok(key in environment, key)
    assert.match(environment['lockfileSha256'] as string, /^[0-9a-f]{64}$/)
    assertHonest(environment)
  })

  it('distinguishes the limit of a container from the memory of its host, and 1.5 processors as 1.5', () => {
    const environment = withSystem(container, (system) => readEnvironment(facts, system))
    assert.equal(environment['memoryLimitBytes'], 314_572_800)
    assert.equal(environment['memoryBytes'], totalmem())
    assert.equal(environment['cpuQuotaCount'], 1.5)
    assert.equal(environment['coreCount'], availableParallelism())
    const document = madeUpDocument()
    document.environment = { ...document.environment, ...environment, memoryBytes: 17_179_869_184, coreCount: 8, cpuModel: 'Made-up CPU' }
    assert.match(machineLine(document), /^8 × Made-up CPU with a CPU quota of 1\.5, memory limited to 300 MiB of 16\.0 GiB, /)
  })

  it('refuses a plan that needs more than the limit, before anything starts', () => {
    const files = { ...container, '/proc/meminfo': 'MemTotal: 16777216 kB\nMemAvailable: 16000000 kB' }
    const limits = withSystem(files, (system) => readMachineLimits(system))
    assert.equal(limits.availableMemoryBytes, 280 * 1_048_576)
    const { scenario } = loadScenario('smoke')
    assert.throws(
      () => checkLimits({ ...scenario, clientCount: 10_000 }, false, limits),
      /ERR_LIMIT_MEMORY: a trial may need \d+ MiB .* 280 MiB are available/,
    )
    const [warning] = checkLimits({ ...scenario, clientCount: 10_000 }, true, limits)
    assert.match(warning!.message, /ERR_LIMIT_MEMORY.* 280 MiB are available/)
  })

  it('of a system without /proc and /sys has nulls with reasons, never 0 or −1', () => {
    const environment = withSystem({}, (system) => readEnvironment(facts, system))
    const reasons = environment['reasons'] as Record<string, string>
    for (const key of [
      'cpuClockMhz',
      'cpuQuotaCount',
      'memoryLimitBytes',
      'openFilesLimit',
      'somaxconn',
      'clocksource',
      'stealSinceBootRatio',
    ]) {
      assert.equal(environment[key], null, key)
      assert.ok(reasons[key], key)
    }
    const { heapLimitBytes: _ofThisProcess, ...limits } = withSystem({}, (system) => readMachineLimits(system))
    assert.deepEqual(limits, { descriptorLimitCount: null, localPortCount: null, availableMemoryBytes: null })
  })
})

describe('the commit of a result', () => {
  const git = (cwd: string, ...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], { cwd, encoding: 'utf8' }).trim()

  it('is that of the package, and of no other repository around it', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'around-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const installed = join(folder, 'node_modules/transport-bench')
    mkdirSync(installed, { recursive: true })
    git(folder, 'init', '--quiet')
    git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'around')
    const reason = 'the package is not a git checkout'
    const { commit, dirty, reasons } = readHarness('bench', installed)
    assert.deepEqual({ commit, dirty, reasons }, { commit: null, dirty: null, reasons: { commit: reason, dirty: reason } })

    git(installed, 'init', '--quiet')
    git(installed, 'commit', '--quiet', '--allow-empty', '-m', 'its own')
    const own = git(installed, 'rev-parse', '--short=12', 'HEAD')
    // As in a hook of the repository around it.
    process.env['GIT_DIR'] = join(folder, '.git')
    t.after(() => delete process.env['GIT_DIR'])
    assert.equal(readHarness('bench', installed).commit, own)
  })
})

describe('state of the kernel', () => {
  it('has the clock that the governor may choose at most; without one what the kernel measured', () => {
    const cpuinfo = { '/proc/cpuinfo': 'model name\t: x\ncpu MHz\t\t: 2596.130\n' }
    assert.equal(withSystem(cpuinfo, cpuClockMhz), 2_596)
    assert.equal(withSystem({ ...cpuinfo, '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '4200000' }, cpuClockMhz), 4_200)
    assert.equal(withSystem({}, cpuClockMhz), null)
  })

  it('names the mitigations of the flaws that this processor has', () => {
    const folder = '/sys/devices/system/cpu/vulnerabilities'
    const files = {
      [`${folder}/l1tf`]: 'Not affected',
      [`${folder}/retbleed`]: 'Vulnerable: SMT',
      [`${folder}/spectre_v2`]: 'Mitigation; IBPB',
      '/sys/devices/system/cpu/smt/active': '1',
      '/proc/sys/net/ipv4/tcp_rmem': '4096\t131072\t6291456',
    }
    const state = withSystem(files, kernelState)
    assert.equal(state.mitigations, 'retbleed: Vulnerable; spectre_v2: Mitigation')
    assert.equal(state.smtActive, true)
    assert.deepEqual(state.sysctl, { 'net.ipv4.tcp_rmem': '4096 131072 6291456' })
  })

  it('has the pressure of the last 10 s and the share that was stolen since boot', () => {
    const files = {
      '/proc/pressure/cpu': 'some avg10=12.50 avg60=1.00 avg300=0.10 total=5',
      '/proc/stat': 'cpu  60 0 20 100 10 0 5 5 0 0\ncpu0 60 0 20 100 10 0 5 5 0 0',
    }
    assert.deepEqual(withSystem(files, processorPressure), { cpuPressureRatio: 0.125, stealSinceBootRatio: 0.025 })
  })
})
