import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { nowUs, sleepMs } from '../../src/core/clock.ts'
import { bench, descendantsOf, mainFile, quickRun, startProgram } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-progress-'))
after(() => rmSync(folder, { recursive: true }))
const escape = '\u001b'
const showCursor = `${escape}[?25h`
const hideCursor = `${escape}[?25l`

/** Runs the command on a pseudo-terminal of this width; what it draws comes on stdout. */
function onTerminal(words: string[], env: Record<string, string> = {}, columns = 100) {
  const command = `stty cols ${columns} rows 40; exec ${[process.execPath, mainFile, ...words].join(' ')}`
  return startProgram('script', ['-qec', command, '/dev/null'], { env: { TERM: 'xterm', ...env } })
}

function progressLines(text: string): string[] {
  return text.split('\n').filter((line) => /^\[\d+ s\] /.test(line))
}

describe('progress in a log', () => {
  it('comes as plain lines, six to twelve a minute, without escapes or returns', async () => {
    const { code, stdout, stderr, ms } = await bench(
      quickRun(join(folder, 'log'), { transports: 'short-poll,long-poll,sse,websocket', measured: '4s' }),
    )
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stdout + stderr, /[\u001b\r]/)
    const lines = progressLines(stderr)
    const minutes = ms / 60_000
    assert.ok(lines.length >= Math.floor(6 * minutes) && lines.length <= Math.ceil(12 * minutes) + 1, `${lines.length} lines in ${ms} ms`)
    assert.match(lines[0]!, /^\[0 s\] 4 trials, about/)
  })

  for (const [name, env] of [
    ['CI', { TERM: 'xterm', CI: 'true' }],
    ['TERM=dumb', { TERM: 'dumb' }],
  ] as const) {
    it(`comes as plain lines under ${name}, even on a terminal`, async () => {
      const { stdout } = await onTerminal([...quickRun(join(folder, `${env.TERM}-quiet`)), '--quiet'], env).ended
      assert.ok(!stdout.includes(hideCursor))
      const { stdout: loud } = await onTerminal(quickRun(join(folder, env.TERM)), env).ended
      assert.ok(!loud.includes(hideCursor))
      assert.match(loud, /\[0 s\] 1 trials?, about/)
    })
  }

  it('is absent with --quiet', async () => {
    const { stderr } = await bench([...quickRun(join(folder, 'quiet')), '--quiet'])
    assert.deepEqual(progressLines(stderr), [])
  })
})

describe('progress on a terminal', () => {
  it('starts within a second, redraws at most ten times a second, and restores the cursor', async () => {
    const startedAtUs = nowUs()
    const running = onTerminal(quickRun(join(folder, 'terminal'), { transports: 'sse,websocket' }))
    let firstAtMs = 0
    running.child.stdout!.once('data', () => (firstAtMs = (nowUs() - startedAtUs) / 1_000))
    const { code, stdout, ms } = await running.ended
    assert.equal(code, 0, stdout)
    assert.ok(firstAtMs < 1_000, `${firstAtMs} ms`)
    const redraws = stdout.split(`${escape}[2K`).length
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
