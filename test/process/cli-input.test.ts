import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { bench, mainFile, quickRun, refusalOf, startProgram } from '../helpers/bench-process.ts'
import { assertRan, resultsIn } from '../helpers/machine-gates.ts'

const root = packageRoot()
const folder = mkdtempSync(join(tmpdir(), 'cli-input-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs a line of sh in which `bench` is the command. */
const shell = (line: string) =>
  startProgram('sh', ['-c', `bench() { "${process.execPath}" "${mainFile}" "$@"; }; ${line}`], { cwd: root }).ended

describe('bench with a file of strangers', () => {
  it('sends none of its control characters to the terminal', async () => {
    const file = join(folder, 'strange.json')
    writeFileSync(file, JSON.stringify({ '\u001b[2J': 1, 'a\u009b31m': 2, clientCount: '\u009b' }))
    const refused = await refusalOf(['show', file])
    assert.match(refused, /strange\.json: \ufffd\[2J: unknown key/)
    assert.doesNotMatch(refused, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})

describe('bench in a folder of the user', () => {
  const given = ['choose', '--clients', '100', '--messages-per-second', '1', '--staleness', '2s', '--adr', 'decision.md']
  const env = { npm_package_name: 'transport-bench', npm_lifecycle_event: 'bench', INIT_CWD: folder }

  it('reads and writes there when npm runs the script in the folder of the package', async () => {
    writeFileSync(join(folder, 'mine.json'), readFileSync(join(root, 'scenarios/smoke.json')))
    const { code, stderr } = await bench(given, { env, cwd: root })
    assert.equal(code, 0, stderr)
    assert.match(stderr, /Written: decision\.md/)
    assert.deepEqual([existsSync(join(folder, 'decision.md')), existsSync(join(root, 'decision.md'))], [true, false])
    assert.match((await bench(['show', './mine.json'], { env, cwd: root })).stdout, /^mine: /)
  })

  it('reads and writes in the working folder below any other script', async () => {
    const other = join(folder, 'other')
    mkdirSync(other)
    const { code } = await bench(given, { env: { ...env, npm_package_name: 'shop' }, cwd: other })
    assert.deepEqual([code, readdirSync(other)], [0, ['decision.md']])
  })

  it('refuses to read and write elsewhere where that folder is gone', async () => {
    const { code, stderr } = await bench(given, { env: { ...env, INIT_CWD: join(folder, 'gone') }, cwd: root })
    assert.equal(code, 2)
    assert.match(stderr, /^ERR_USAGE: INIT_CWD: .*gone: cannot be entered: ENOENT/)
    assert.equal(existsSync(join(root, 'decision.md')), false)
  })
})

describe('bench with the -- that pnpm hands on', () => {
  it('takes every command as without it', async () => {
    assert.match((await bench(['--', '--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
    const { code, stdout } = await bench(['--', 'show', 'smoke', '--clients', '7'])
    assert.equal(code, 0)
    assert.match(stdout, /clientCount +7 +flag/)
    assert.match(await refusalOf(['--', 'choose', '--clints', '7']), /^ERR_USAGE: --clints: unknown option of "bench choose"/)
  })
})

describe('bench with a pipe in the place of a file', () => {
  const fewer = `sed 's/"clientCount": 200/"clientCount": 50/' scenarios/smoke.json`

  it('reads a scenario from it once, shows it and runs it', async () => {
    const shown = await shell(`${fewer} | bench show /dev/stdin`)
    assert.equal(shown.code, 0, shown.stderr)
    assert.match(shown.stdout, /clientCount +50 +file/)

    const out = join(folder, 'out')
    const words = quickRun(out).join(' ').replace('smoke --clients 20', '/dev/stdin')
    const ran = await shell(`${fewer} | bench -- ${words}`)
    assertRan(ran, out)
    const [{ scenario, harness } = assert.fail('no result')] = resultsIn(join(out, 'stdin'))
    assert.deepEqual([scenario.name, scenario.resolved['clientCount']], ['stdin', 50])
    assert.match(harness.command, /^npm run bench -- \/dev\/stdin --rate /)
  })

  it('reads one that a process of Node hands over, which is a socket', () => {
    const input = readFileSync(join(root, 'scenarios/smoke.json'))
    const { status, stdout, stderr } = spawnSync(process.execPath, [mainFile, 'show', '/dev/stdin'], { input, encoding: 'utf8' })
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /^stdin: /)
  })

  it('prints the report of a run or study from it, and refuses to write files beside a pipe', async () => {
    const study = 'cat results/reference/idle-connections/study.json'
    const printed = await shell(`${study} | bench report /dev/stdin --format csv`)
    assert.equal(printed.code, 0, printed.stderr)
    assert.match(printed.stdout, /^scenario,axis1,/)
    const refused = await shell(`${study} | bench report /dev/stdin`)
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /^ERR_USAGE: \/dev\/stdin: is a pipe, .* Give --format csv, /)
  })

  it('compares a result from it with a file', async () => {
    const result = 'results/reference/notifications/result.json'
    const compared = await shell(`cat ${result} | bench compare /dev/stdin ${result}`)
    assert.equal(compared.code, 0, compared.stderr)
    assert.match(compared.stdout, /before: \/dev\/stdin/)
  })
})
