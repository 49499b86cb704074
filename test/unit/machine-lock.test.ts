import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileLock } from '../../src/machine/file-lock.ts'
import type { LockPlace, MachineLock, TakenLock } from '../../src/machine/lock-place.ts'
import { holderText, takeMachineLock } from '../../src/machine/machine-lock.ts'
import { socketLock } from '../../src/machine/socket-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'machine-lock-'))
after(() => rmSync(folder, { recursive: true }))
const own = { pid: process.pid, what: 'scenario smoke', since: '2026-11-28T05:01:12.345Z' }
const never = new AbortController().signal
const skip = process.platform === 'linux' ? false : 'abstract sockets are of Linux'

const kinds: { kind: string; skip: string | false; place: (name: string) => LockPlace; module: string; where: (name: string) => string }[] =
  [
    {
      kind: 'a socket',
      skip,
      place: (name) => socketLock(`${name}-${process.pid}`),
      module: 'socket-lock.js',
      where: (name) => `socketLock('${name}-${process.pid}')`,
    },
    {
      kind: 'a file',
      skip: false,
      place: (name) => fileLock(join(folder, name)),
      module: 'file-lock.js',
      where: (name) => `fileLock('${join(folder, name)}')`,
    },
  ]

async function taken(place: LockPlace): Promise<MachineLock> {
  const claim = await place.claim(own)
  assert.ok('release' in claim)
  return claim
}

async function refusedBy(place: LockPlace): Promise<TakenLock> {
  const claim = await place.claim({ ...own, what: 'study clients' })
  assert.ok('wait' in claim)
  return claim
}

for (const { kind, skip, place, module, where } of kinds) {
  describe(`the lock as ${kind}`, { skip }, () => {
    it('is of one at a time, and says who has it', async () => {
      const lock = await taken(place('one'))
      const { holder } = await refusedBy(place('one'))
      assert.deepEqual([holder?.pid, holder?.what, holder?.since], [own.pid, own.what, own.since])
      assert.equal((await place('one').holder())?.what, own.what)
      assert.equal(await place('another').holder(), undefined)
      lock.release()
      assert.equal(await place('one').holder(), undefined)
      ;(await taken(place('one'))).release()
    })

    it('wakes who waits when it is given back', async () => {
      const lock = await taken(place('waited'))
      const { wait } = await refusedBy(place('waited'))
      const woken = wait(never)
      lock.release()
      await woken
      ;(await taken(place('waited'))).release()
    })

    it('ends with its process, however that ends', async () => {
      const script = `
        const { ${where('killed').split('(')[0]} } = await import(${JSON.stringify(new URL(`../../src/machine/${module}`, import.meta.url).href)})
        await ${where('killed')}.claim({ pid: process.pid, what: 'scenario killed', since: new Date().toISOString() })
        process.stdout.write('taken')
        setInterval(() => {}, 1_000)`
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      const { holder, wait } = await refusedBy(place('killed'))
      assert.equal(holder?.pid, child.pid)
      child.kill('SIGKILL')
      await wait(never)
      ;(await taken(place('killed'))).release()
    })

    it('is waited for until the signal, and refused without a wait where that is asked', async () => {
      const lock = await taken(place('signal'))
      const stop = new AbortController()
      const waits: string[] = []
      const request = { what: 'scenario other', signal: stop.signal, onWait: (holder: string) => waits.push(holder) }
      await assert.rejects(takeMachineLock({ ...request, refuses: true }, place('signal')), {
        message: `ERR_LOCK_HELD: scenario other: another run is measuring on this machine: pid ${process.pid}, scenario smoke, since 2026-11-28 05:01:12 UTC. Leave out --no-wait to wait until it ends.`,
      })
      const waiting = takeMachineLock(
        { ...request, refuses: false, onWait: (holder) => (waits.push(holder), stop.abort()) },
        place('signal'),
      )
      assert.equal(await waiting, null)
      assert.deepEqual(waits, [`pid ${process.pid}, scenario smoke, since 2026-11-28 05:01:12 UTC`])
      lock.release()
    })
  })
}

describe('the lock as a file', () => {
  it('of a process that is gone is free, and so is one of another process with its pid, or one that is cut off', async () => {
    const path = join(folder, 'stale')
    for (const text of [
      JSON.stringify({ ...own, pid: 2 ** 22 + 1, processStart: '1' }),
      JSON.stringify({ ...own, processStart: 'another start' }),
      '{"pid":',
    ]) {
      writeFileSync(path, text)
      assert.equal(await fileLock(path).holder(), undefined, text)
      ;(await taken(fileLock(path))).release()
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('stale')),
      [],
    )
  })
})

describe('the lock as a socket', { skip }, () => {
  it('of a process that does not answer is held by somebody unknown', async () => {
    const name = `mute-${process.pid}`
    const mute = createServer(() => {}).listen(`\0${name}`)
    await once(mute, 'listening')
    const { holder, wait } = await refusedBy(socketLock(name))
    assert.equal(holder, null)
    assert.equal(holderText(holder), 'an unidentified process')
    await wait(AbortSignal.abort())
    mute.close()
  })
})
