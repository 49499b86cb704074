import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { quickRun } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'
import { commandOn, eraseLine, hideCursor, onTerminal, showCursor } from '../helpers/terminal.ts'

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

  it('uses no colour with NO_COLOR, fits 20 columns, and restores the cursor after Ctrl-C', async () => {
    const words = quickRun(join(folder, 'narrow'), { measured: '30s' })
    const running = onTerminal(words, { NO_COLOR: '1' }, 20)
    // Twenty columns show of a trial that runs how long it takes.
    await running.says(' left', 'stdout')
    process.kill(commandOn(running), 'SIGINT')
    const { code, stdout } = await running.ended
    assert.equal(code, 130)
    assert.doesNotMatch(stdout, /\u001b\[[\d;]*m/)
    const drawn = stdout.slice(stdout.indexOf(hideCursor), stdout.lastIndexOf(showCursor))
    const widths = stripVTControlCharacters(drawn)
      .split(/\r?\n|\r/)
      .map((line) => line.length)
    assert.deepEqual(
      widths.filter((width) => width > 20),
      [],
    )
    assert.ok(stdout.lastIndexOf(showCursor) > stdout.lastIndexOf(hideCursor), 'the cursor stays hidden')
  })
})
