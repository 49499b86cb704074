import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { bench, quickRun } from '../helpers/bench-process.ts'
import { hideCursor, onTerminal } from '../helpers/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-progress-'))
after(() => rmSync(folder, { recursive: true }))

function progressLines(text: string): string[] {
  return text.split('\n').filter((line) => /^\[\d+ s\] /.test(line))
}

describe('progress in a log', () => {
  it('comes as plain lines, six to twelve a minute, without escapes or returns', async () => {
    const { code, stdout, stderr, ms } = await bench(quickRun(join(folder, 'log'), { measured: '10s' }))
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stdout + stderr, /[\u001b\r]/)
    const lines = progressLines(stderr)
    assert.match(lines[0]!, /^\[0 s\] 1 trials?, about/)
    const atSeconds = [...lines.map((line) => Number(/^\[(\d+) s\]/.exec(line)![1])), Math.floor(ms / 1_000)]
    const gaps = atSeconds.slice(1).map((at, index) => at - atSeconds[index]!)
    // From ten seconds to five; the run may end at any time after its last line.
    assert.ok(gaps.every((gap) => gap <= 10) && gaps.slice(0, -1).every((gap) => gap >= 5), `${atSeconds.join(', ')} s`)
    assert.ok(lines.length >= 3, stderr)
  })

  for (const [name, env] of [
    ['CI', { TERM: 'xterm', CI: 'true' }],
    ['TERM=dumb', { TERM: 'dumb' }],
  ] as const) {
    it(`comes as plain lines under ${name}, even on a terminal`, async () => {
      const [quiet, loud] = await Promise.all([
        onTerminal([...quickRun(join(folder, `${env.TERM}-quiet`)), '--quiet'], env).ended,
        onTerminal(quickRun(join(folder, env.TERM)), env).ended,
      ])
      for (const { code, stdout } of [quiet, loud]) {
        assert.equal(code, 0, stdout)
        assert.ok(!stdout.includes(hideCursor))
      }
      assert.deepEqual(progressLines(quiet.stdout), [])
      assert.match(loud.stdout, /\[0 s\] 1 trials?, about/)
    })
  }
})
