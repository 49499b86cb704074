import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nowUs } from '../../src/core/clock.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { lockVariable } from '../../src/machine/machine-lock.ts'
import { endWithTests } from './left-processes.ts'

/** The compiled command. */
export const mainFile = join(packageRoot(), 'dist/src/cli/main.js')

/** Commands of a test file wait for each other, and neither for those of another file nor for a run of the user. */
export const testLock = `transport-bench-test-${process.pid}`

/** A run with 500 pairs in half a second: the shortest that is judged. */
export function quickRun(out: string, { transports = 'sse', measured = '500ms' } = {}): string[] {
  const load = ['--clients', '20', '--rate', '50', '--warmup', '0', '--measured', measured, '--transports', transports]
  return ['smoke', ...load, '--charts', 'off', '--retries', '0', '--out', out]
}

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
  ms: number
}

/** A command under way. Its output is collected; `ended` resolves when it is gone and its pipes are closed. */
export interface Running {
  child: ChildProcess
  ended: Promise<Ended>
  /** Resolves when stderr, or stdout, holds the text; rejects when the command ends without it. */
  says: (text: string, on?: 'stderr' | 'stdout') => Promise<void>
  /** What it has written so far. */
  stdout: () => string
  stderr: () => string
}

/** How a program is started. */
export interface StartOptions {
  env?: Record<string, string>
  cwd?: string
  /** True = at the head of a process group of its own, as a shell starts a job: a signal to -pid then reaches all of it. */
  ownGroup?: boolean
}

/** Starts any program, with stdin closed and without the marks of CI that this process may have. */
export function startProgram(program: string, words: readonly string[], { env = {}, cwd, ownGroup = false }: StartOptions = {}): Running {
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, NODE_TEST_CONTEXT: ____, ...inherited } = process.env
  const startedAtUs = nowUs()
  const environment = { ...inherited, [lockVariable]: testLock, ...env }
  const child = spawn(program, words, { env: environment, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: ownGroup })
  endWithTests(child)
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...texts, ms: (nowUs() - startedAtUs) / 1_000 }))
  })
  const says = (text: string, on: 'stderr' | 'stdout' = 'stderr') =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (texts[on].includes(text)) resolve()
      }
      child[on].on('data', look)
      child.once('close', () => reject(new Error(`ended without saying "${text}":\n${texts[on]}`)))
      look()
    })
  return { child, ended, says, stdout: () => texts.stdout, stderr: () => texts.stderr }
}

/** Starts the command with these words. */
export function startBench(words: readonly string[], options?: StartOptions): Running {
  return startProgram(process.execPath, [mainFile, ...words], options)
}

/** Runs the command to its end. */
export function bench(words: readonly string[], options?: StartOptions): Promise<Ended> {
  return startBench(words, options).ended
}

/** What the command says as it refuses: exit 2, nothing on stdout, and no process was started. */
export async function refusalOf(words: readonly string[], { cwd, limits = ':' }: { cwd?: string; limits?: string } = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'refusal-'))
  try {
    const children = join(folder, 'children')
    const watched = [process.execPath, '--import', new URL('watch-children.js', import.meta.url).href, mainFile, ...words]
    const env = { CHILDREN_FILE: children }
    const { code, stdout, stderr } = await startProgram('sh', ['-c', `${limits}; exec "$@"`, 'sh', ...watched], {
      env,
      ...(cwd === undefined ? {} : { cwd }),
    }).ended
    assert.equal(code, 2, stderr)
    assert.equal(stdout, '')
    assert.equal(existsSync(children) ? readFileSync(children, 'utf8') : '', '', 'processes were started')
    return stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Presses Ctrl-C again and again until the command is gone: two within 50 ms are one press that came twice. */
export async function interruptForGood({ child, ended }: Running): Promise<Ended> {
  const pressing = setInterval(() => child.kill('SIGINT'), 20)
  try {
    return await ended
  } finally {
    clearInterval(pressing)
  }
}

/** Every process below this one, from Linux's /proc. */
export function descendantsOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

/** Those of the processes that still run. */
export function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    const state = stateOf(pid)
    return state !== undefined && state !== 'Z'
  })
}

function parentOf(pid: number): number | undefined {
  const fields = statOf(pid)
  return fields === undefined ? undefined : Number(fields[1])
}

function stateOf(pid: number): string | undefined {
  return statOf(pid)?.[0]
}

/** Fields of /proc/PID/stat from the third on; the second, the name, may hold spaces and brackets. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
