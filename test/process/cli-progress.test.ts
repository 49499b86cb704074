import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { bench, quickRun } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'
import { hideCursor, onTerminal } from '../helpers/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-progress-'))
after(() => rmSync(folder, { recursive: true }))

function progressLines(text: string): string[] {
  return text.split('\n').filter((line) => /^\[\d+ s\] /.test(line))
}

describe('progress in a log', () => {
  it('comes as plain lines, six a minute at most, without escapes or returns', async () => {
    const out = join(folder, 'log')
    const ended = await bench(quickRun(out, { measured: '10s' }))
    assertRan(ended, out)
    const { stdout, stderr, ms } = ended
    assert.doesNotMatch(stdout + stderr, /[\u001b\r]/)
    const lines = progressLines(stderr)
    assert.match(lines[0]!, /^\[\d+ s\] 1 trials?, about/)
    // After the plan, however long the run took here.
    const lineCount = lines.length - 1
    assert.ok(lineCount >= 1 && lineCount <= ms / 9_000, `${lineCount} lines in ${ms} ms:\n${stderr}`)
  })

  for (const [name, env] of [
    ['CI', { TERM: 'xterm', CI: 'true' }],
    ['TERM=dumb', { TERM: 'dumb' }],
  ] as const) {
    it(`comes as plain lines under ${name}, even on a terminal`, async () => {
      const outs = [join(folder, `${env.TERM}-quiet`), join(folder, env.TERM)] as const
      const [quiet, loud] = await Promise.all([
        onTerminal([...quickRun(outs[0]), '--quiet'], env).ended,
        onTerminal(quickRun(outs[1]), env).ended,
      ])
      for (const [at, ended] of [quiet, loud].entries()) {
        assertRan(ended, outs[at]!)
        assert.ok(!ended.stdout.includes(hideCursor))
      }
      assert.deepEqual(progressLines(quiet.stdout), [])
      assert.match(loud.stdout, /\[\d+ s\] 1 trials?, about/)
    })
  }
})
