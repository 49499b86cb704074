import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { descendantsOf, quickRun } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'
import { eraseLine, hideCursor, onTerminal, showCursor } from '../helpers/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-terminal-'))
after(() => rmSync(folder, { recursive: true }))

describe('progress on a terminal', () => {
  it('draws at once, at most ten times a second, and restores the cursor', async () => {
    const out = join(folder, 'terminal')
    const ended = await onTerminal(quickRun(out)).ended
    assertRan(ended, out)
    const { stdout, ms } = ended
    // Before the first word of a plan or a trial.
    assert.ok(stdout.indexOf(hideCursor) < stdout.indexOf('trial'), stdout.slice(0, 500))
    const redraws = stdout.split(eraseLine).length
    assert.ok(stdout.includes(hideCursor) && redraws > 1)
    assert.ok(stdout.lastIndexOf(showCursor) > stdout.lastIndexOf(hideCursor), 'the cursor stays hidden')
    assert.ok(stdout.split('trial ').length <= (10 * ms) / 1_000)
  })

  it('uses no colour with NO_COLOR, and fits 20 columns', async () => {
    const out = join(folder, 'narrow')
    const ended = await onTerminal(quickRun(out), { NO_COLOR: '1' }, 20).ended
    assertRan(ended, out)
    assert.doesNotMatch(ended.stdout, /\u001b\[[\d;]*m/)
  })

  it('restores the cursor after Ctrl-C', async () => {
    const running = onTerminal(quickRun(join(folder, 'ctrl-c'), { measured: '30s' }))
    let drawn = ''
    await new Promise<void>((resolve) => {
      running.child.stdout!.on('data', (text: string) => {
        drawn += text
        // A trial is on its way, so that there is something to stop.
        if (drawn.includes('measure')) resolve()
      })
    })
    const [command] = descendantsOf(running.child.pid!)
    process.kill(command!, 'SIGINT')
    const { code, stdout } = await running.ended
    assert.equal(code, 130)
    assert.ok(stdout.lastIndexOf(showCursor) > stdout.lastIndexOf(hideCursor))
  })
})
