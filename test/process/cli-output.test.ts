import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { sleepMs } from '../../src/core/clock.ts'
import { resultSchema } from '../../src/core/result.ts'
import { packageRoot } from '../../src/runner/package-root.ts'
import { bench, mainFile, quickRun, startBench, startProgram } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-output-'))
after(() => rmSync(folder, { recursive: true }))

function runFolder(out: string): string {
  return join(out, 'smoke', readdirSync(join(out, 'smoke'))[0]!)
}

function shell(script: string) {
  return startProgram('bash', ['-c', script, 'bash', process.execPath, mainFile]).ended
}

const outputModule = pathToFileURL(join(packageRoot(), 'dist/src/cli/output.js')).href
const threeMegabytes = `import(${JSON.stringify(outputModule)}).then(async ({ print, tolerateClosedPipes }) => {
  tolerateClosedPipes()
  await print('x'.repeat(3_145_728) + '\\n')
  process.exit(0)
})`

describe('what bench writes to stdout', () => {
  it('is the result document and nothing else with --json, byte for byte that of the file', async () => {
    const out = join(folder, 'json')
    const { code, stdout, stderr } = await bench([...quickRun, '--json', '--quiet', '--out', out])
    assert.equal(code, 0, stderr)
    assert.equal(stderr, '')
    assert.equal(stdout, readFileSync(join(runFolder(out), 'result.json'), 'utf8'))
    const document = resultSchema.parse(JSON.parse(stdout))
    assert.equal(document.trials.length, 4)
    assert.equal(document.interrupted, false)
    assert.equal(document.scenario.sources.clientCount, 'flag')
    assert.equal(readFileSync(join(runFolder(out), 'trials.ndjson'), 'utf8').trimEnd().split('\n').length, 4)
  })

  it('comes again, the same, from "bench report" and result.json alone', async () => {
    const out = join(folder, 'again')
    const first = await bench([...quickRun, '--transports', 'sse', '--out', out])
    assert.equal(first.code, 0, first.stderr)
    const second = await bench(['report', runFolder(out), '--charts', 'off'])
    assert.equal(second.code, 0, second.stderr)
    assert.equal(second.stdout, first.stdout)
  })

  it('arrives whole through a pipe with a slow reader', async () => {
    const { stdout } = await shell(`"$0" -e ${JSON.stringify(threeMegabytes).replaceAll('$', '\\$')} | (sleep 1; wc -c)`)
    assert.equal(stdout.trim(), '3145729')
  })

  it('may be closed early or be absent without a stack trace', async () => {
    const script = JSON.stringify(threeMegabytes).replaceAll('$', '\\$')
    for (const end of ['| head -c 10 > /dev/null', '>&-', '> /dev/full']) {
      const { stderr } = await shell(`"$0" -e ${script} ${end}`)
      assert.equal(stderr, '', end)
    }
    const { code, stderr } = await shell('"$0" "$1" --help | head -1; exit ${PIPESTATUS[0]}')
    assert.equal(stderr, '')
    assert.ok(code === 0 || code === 141)
  })
})

describe('a result that cannot be written', () => {
  it('is still summed up on stdout, and ends with exit 1', async () => {
    const out = join(folder, 'full')
    const running = startBench([...quickRun, '--transports', 'sse', '--out', out])
    await running.says('trials')
    while (!existsSync(join(runFolder(out), 'result.json'))) await sleepMs(20)
    // The draft of the next result.json lands on a device that is always full.
    symlinkSync('/dev/full', join(runFolder(out), 'result.json.tmp'))
    const { code, stdout, stderr } = await running.ended
    assert.equal(code, 1, stderr)
    assert.match(stderr, /ERR_RESULT_DISK: .*ENOSPC/)
    assert.match(stdout, /Trade-off/)
  })

  it('leaves the trials that had ended when the command is killed', async () => {
    const out = join(folder, 'killed')
    const running = startBench([...quickRun, '--transports', 'sse,websocket', '--out', out])
    await running.says('trials')
    const trials = join(runFolder(out), 'trials.ndjson')
    while (!existsSync(trials)) await sleepMs(20)
    await sleepMs(200)
    running.child.kill('SIGKILL')
    await running.ended
    const document = resultSchema.parse(JSON.parse(readFileSync(join(runFolder(out), 'result.json'), 'utf8')))
    assert.equal(document.trials.length, 1)
    assert.equal(readFileSync(trials, 'utf8').trimEnd().split('\n').length, 1)
  })
})
