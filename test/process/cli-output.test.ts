import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { sleepMs } from '../../src/core/clock.ts'
import { resultSchema } from '../../src/core/result.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { bench, mainFile, quickRun, startBench, startProgram } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-output-'))
after(() => rmSync(folder, { recursive: true }))

const everyTransport = 'short-poll,long-poll,sse,websocket'

function runFolder(out: string): string {
  return join(out, 'smoke', readdirSync(join(out, 'smoke'))[0]!)
}

const outputModule = pathToFileURL(join(packageRoot(), 'dist/src/cli/output.js')).href
const bigPrinter = join(folder, 'big.mjs')
writeFileSync(
  bigPrinter,
  `import { print, printError, tolerateClosedPipes } from ${JSON.stringify(outputModule)}
tolerateClosedPipes()
let code = 0
await print('x'.repeat(3_145_728) + '\\n').catch(async (fault) => (code = await printError(fault)))
process.exit(code)
`,
)

/** Runs a script of bash in which $node is Node, $bench the command, and $big a program that prints 3 MiB and exits at once. */
function shell(script: string) {
  return startProgram('bash', ['-c', script], { env: { node: process.execPath, bench: mainFile, big: bigPrinter } }).ended
}

describe('what bench writes to stdout', () => {
  it('is the result document and nothing else with --json, byte for byte that of the file; with --quiet stderr is empty', async () => {
    const out = join(folder, 'json')
    const ended = await bench([...quickRun(out, { transports: everyTransport }), '--json', '--quiet'])
    assertRan(ended, out)
    const { stdout, stderr } = ended
    assert.equal(stderr, '')
    assert.equal(stdout, readFileSync(join(runFolder(out), 'result.json'), 'utf8'))
    const document = resultSchema.parse(JSON.parse(stdout))
    assert.equal(document.trials.length, 4)
    assert.equal(document.interrupted, false)
    assert.equal(document.scenario.sources.clientCount, 'flag')
    assert.equal(
      readFileSync(join(runFolder(out), 'trials.ndjson'), 'utf8')
        .trimEnd()
        .split('\n').length,
      4,
    )
  })

  it('arrives whole through a pipe with a slow reader', async () => {
    const { stdout } = await shell('"$node" "$big" | (sleep 1; wc -c)')
    assert.equal(stdout.trim(), '3145729')
  })

  it('may be closed early or be absent without a stack trace', async () => {
    for (const words of ['"$big" | head -c 10 > /dev/null', '"$big" >&-', '"$bench" --help | head -1', '"$bench" list >&-']) {
      const { code, stderr } = await shell(`"$node" ${words}; exit \${PIPESTATUS[0]}`)
      assert.equal(stderr, '', words)
      assert.ok(code === 0 || code === 141, `${words}: exit ${code}`)
    }
  })

  it('is not lost in silence on a full disk', async () => {
    const { code, stderr } = await shell('"$node" "$big" > /dev/full')
    assert.equal(code, 1)
    assert.match(stderr, /^ERR_RESULT_DISK: stdout: cannot be written: .*ENOSPC[^\n]*\n$/)
  })
})

describe('a result that cannot be written', () => {
  it('is still summed up on stdout, and ends with exit 1', async () => {
    const out = join(folder, 'full')
    const running = startBench(quickRun(out))
    await running.says('trials')
    while (!existsSync(join(runFolder(out), 'result.json'))) await sleepMs(20)
    // The draft of the next result.json lands on a device that is always full.
    symlinkSync('/dev/full', join(runFolder(out), 'result.json.tmp'))
    const { code, stdout, stderr } = await running.ended
    assert.equal(code, 1, stderr)
    assert.match(stderr, /ERR_RESULT_DISK: .*ENOSPC/)
    assert.match(stdout, /evidence: --full$/m)
  })

  it('leaves the trials that had ended when the command is killed', async () => {
    const out = join(folder, 'killed')
    const running = startBench(quickRun(out, { transports: 'sse,websocket' }))
    await running.says('trials')
    const trials = join(runFolder(out), 'trials.ndjson')
    const trialCount = (): number => {
      const file = join(runFolder(out), 'result.json')
      return existsSync(file) ? resultSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).trials.length : 0
    }
    while (trialCount() === 0) await sleepMs(20)
    running.child.kill('SIGKILL')
    await running.ended
    const document = resultSchema.parse(JSON.parse(readFileSync(join(runFolder(out), 'result.json'), 'utf8')))
    assert.equal(document.trials.length, 1)
    assert.equal(readFileSync(trials, 'utf8').trimEnd().split('\n').length, 1)
  })
})
