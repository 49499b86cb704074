import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { quickRun, startBench } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'
import { commandOn, hideCursor, onTerminal } from '../helpers/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-progress-'))
after(() => rmSync(folder, { recursive: true }))

function progressLines(text: string): string[] {
  return text.split('\n').filter((line) => /^\[\d+ s\] /.test(line))
}

describe('progress in a log', () => {
  it('comes as plain lines, six a minute at most, without escapes or returns', async () => {
    const running = startBench(quickRun(join(folder, 'log'), { measured: '30s' }))
    // The first line after the plan.
    await running.says(' s] trial 1 of 1: ')
    const lines = progressLines(running.stderr())
    running.child.kill('SIGINT')
    const { stdout, stderr } = await running.ended
    assert.doesNotMatch(stdout + stderr, /[\u001b\r]/)
    assert.equal(lines.length, 2, stderr)
    const [plannedAt, nextAt] = lines.map((line) => Number(/\d+/.exec(line)![0])) as [number, number]
    assert.ok(nextAt - plannedAt >= 10, stderr)
    assert.match(lines[0]!, /s\] 1 trials, about/)
  })

  for (const [name, env] of [
    ['CI', { TERM: 'xterm', CI: 'true' }],
    ['TERM=dumb', { TERM: 'dumb' }],
  ] as const) {
    it(`comes as plain lines under ${name}, even on a terminal`, async () => {
      const running = onTerminal(quickRun(join(folder, env.TERM), { measured: '30s' }), env)
      await running.says(' s] 1 trials, about', 'stdout')
      process.kill(commandOn(running), 'SIGINT')
      const { code, stdout } = await running.ended
      assert.equal(code, 130)
      assert.ok(!stdout.includes(hideCursor))
      assert.match(stdout, /^\[\d+ s\] 1 trials, about/m)
    })
  }

  it('does not come with --quiet, even under CI', async () => {
    const out = join(folder, 'quiet')
    const ended = await onTerminal([...quickRun(out), '--quiet'], { TERM: 'xterm', CI: 'true' }).ended
    assertRan(ended, out)
    assert.deepEqual(progressLines(ended.stdout), [])
    assert.ok(!ended.stdout.includes(hideCursor))
  })
})
