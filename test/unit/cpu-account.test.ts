import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CpuAccount } from '../../src/machine/cpu-account.ts'
import { sampleBetween, sampleOf, type ProcessSample } from '../../src/machine/member.ts'
import { cpuMsPerSecond } from '../../src/trial/sampler.ts'

/** Readings of each process in turn, by its pid: processor time of its threads in µs; none = it is gone. */
function accountOf(readings: Record<number, Record<string, number>[]>): CpuAccount {
  return new CpuAccount((pid) => {
    const threads = readings[pid]?.shift()
    return threads === undefined ? null : new Map(Object.entries(threads))
  })
}

function sample(atMs: number, cpuUs: number | null): ProcessSample {
  return { atUs: atMs * 1_000, cpuUs, rssBytes: null, descriptorCount: null }
}

/** Slices of 250 ms between samples, on one processor. */
function slicesOf(cpuUs: readonly (number | null)[]): (number | null)[] {
  const samples = cpuUs.map((usedUs, at) => sample(at * 250, usedUs))
  return samples.slice(1).map((_, at) => cpuMsPerSecond(samples.slice(at, at + 2), 1))
}

suite('processor time of a member', () => {
  test('goes on from one process to the next: what the killed one used counts once, and stays', () => {
    const account = accountOf({
      1: [
        { 1: 4_000_000, 2: 900_000 },
        { 1: 4_100_000, 2: 900_000 },
      ],
      2: [{ 7: 20_000 }, { 7: 60_000 }],
    })
    const seen = [account.read(1)]
    account.endProcess(1)
    // The dead process may still stand in /proc; nobody asks it.
    seen.push(account.endedUs, account.endedUs, account.read(2), account.read(2))
    assert.deepEqual(seen, [4_900_000, 5_000_000, 5_000_000, 5_020_000, 5_060_000])
    assert.deepEqual(slicesOf(seen), [400, 0, 80, 160])
  })

  test('is kept by a process that was gone when its end was noted', () => {
    const account = accountOf({ 1: [{ 1: 300_000 }], 2: [{ 2: 10_000 }] })
    account.read(1)
    account.endProcess(1)
    assert.deepEqual([account.endedUs, account.read(2)], [300_000, 310_000])
  })

  test('does not fall when a thread ends, nor when another takes its number', () => {
    const account = accountOf({ 1: [{ 1: 100, 2: 5_000 }, { 1: 200 }, { 1: 300, 2: 40 }, { 1: 300, 2: 60 }] })
    assert.deepEqual([account.read(1), account.read(1), account.read(1), account.read(1)], [5_100, 5_200, 5_340, 5_360])
  })

  test('is unknown where nothing can be read, and is no 0 then', () => {
    const account = accountOf({})
    account.endProcess(1)
    assert.deepEqual([account.read(1), account.endedUs, sampleBetween(account).cpuUs], [null, null, null])
  })

  test('of three lives is never negative and never above the processors', () => {
    const lives = [0, 1, 2].map((life) => [1, 2, 3].map((second) => ({ [life]: second * 250_000 })))
    const account = accountOf({ 0: lives[0]!, 1: lives[1]!, 2: lives[2]! })
    const seen = [0, 1, 2].flatMap((life) => {
      const own = [account.read(life), account.read(life)]
      account.endProcess(life)
      return [...own, account.endedUs]
    })
    assert.deepEqual(slicesOf(seen), new Array(8).fill(1_000))
  })

  test('of this very process grows, with an instant in the middle of the reading', () => {
    const account = new CpuAccount()
    const [first, second] = [sampleOf(process.pid, account), sampleOf(process.pid, account)]
    assert.ok(second.cpuUs! >= first.cpuUs! && first.cpuUs! > 0)
    assert.ok(second.atUs >= first.atUs)
  })
})

test('a slice that was read late shows no more than its processors can give', () => {
  const late = [sample(0, 0), sample(200, 250_000)]
  assert.deepEqual([cpuMsPerSecond(late), cpuMsPerSecond(late, 1), cpuMsPerSecond(late, 2)], [1_250, 1_000, 1_250])
})
