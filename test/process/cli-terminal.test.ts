import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { nowUs, sleepMs } from '../../src/core/clock.ts'
import { descendantsOf, quickRun } from '../helpers/bench-process.ts'
import { eraseLine, hideCursor, onTerminal, showCursor } from '../helpers/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-terminal-'))
after(() => rmSync(folder, { recursive: true }))

describe('progress on a terminal', () => {
  it('starts within a second, redraws at most ten times a second, and restores the cursor', async () => {
    const startedAtUs = nowUs()
    const running = onTerminal(quickRun(join(folder, 'terminal')))
    let firstAtMs = 0
    running.child.stdout!.once('data', () => (firstAtMs = (nowUs() - startedAtUs) / 1_000))
    const { code, stdout, ms } = await running.ended
    assert.equal(code, 0, stdout)
    assert.ok(firstAtMs < 1_000, `${firstAtMs} ms`)
    const redraws = stdout.split(eraseLine).length
    assert.ok(stdout.includes(hideCursor) && redraws > 1)
    assert.ok(stdout.lastIndexOf(showCursor) > stdout.lastIndexOf(hideCursor), 'the cursor stays hidden')
    assert.ok(stdout.split('trial ').length <= (10 * ms) / 1_000)
  })

  it('uses no colour with NO_COLOR, and fits 20 columns', async () => {
    const { code, stdout } = await onTerminal(quickRun(join(folder, 'narrow')), { NO_COLOR: '1' }, 20).ended
    assert.equal(code, 0, stdout)
    assert.doesNotMatch(stdout, /\u001b\[[\d;]*m/)
  })

  it('restores the cursor after Ctrl-C', async () => {
    const running = onTerminal(quickRun(join(folder, 'ctrl-c'), { measured: '30s' }))
    await sleepMs(3_000)
    const [command] = descendantsOf(running.child.pid!)
    process.kill(command!, 'SIGINT')
    const { code, stdout } = await running.ended
    assert.equal(code, 130)
    assert.ok(stdout.lastIndexOf(showCursor) > stdout.lastIndexOf(hideCursor))
  })
})
