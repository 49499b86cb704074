import { spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { gates } from '../src/metrics/gates.ts'
import { machineLimits } from '../src/metrics/machine-gates.ts'
import { trafficLimits } from '../src/metrics/traffic-limits.ts'
import { markedText, writeBetweenMarks } from './marked-text.ts'

/**
 * Shows that each gate is needed (R45): in a copy of the compiled files each gate is turned off in turn, and each limit is
 * moved up and down by 5 %, and at least one test of the gates must break every time. Exit 1 when one survives.
 *
 * Writes the table of docs/gates.md; with `--check` it compares it instead.
 */
const root = packageRoot()
const page = join(root, 'docs/gates.md')
const mark = 'mutate-gates'
const gateTests = 'dist/test/unit/metrics-gates.test.js'
const trialTests = join(root, 'test/known-answer')

interface Mutation {
  name: string
  file: string
  /** Statement that is put behind the compiled file. */
  statement: string
}

const gateMutations: Mutation[] = gates.map(({ gate }) => ({
  name: gate,
  file: 'gates.js',
  statement: `gates.find((entry) => entry.gate === '${gate}').check = () => null`,
}))
const limitMutations = [
  ...limitsIn('traffic-limits.js', 'trafficLimits', trafficLimits),
  ...limitsIn('machine-gates.js', 'machineLimits', machineLimits),
]

function limitsIn(file: string, table: string, limits: object): Mutation[] {
  return Object.keys(limits).flatMap((limit) =>
    [0.95, 1.05].map((factor) => ({ name: `${limit} × ${factor}`, file, statement: `${table}.${limit} *= ${factor}` })),
  )
}

const copy = mkdtempSync(join(tmpdir(), 'mutate-gates-'))
try {
  copyFileSync(join(root, 'package.json'), join(copy, 'package.json'))
  for (const folder of ['src', 'test']) cpSync(join(root, 'dist', folder), join(copy, 'dist', folder), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const sound = brokenTests()
  if (sound.length > 0) throw new Error(`without any mutation these tests fail already: ${sound.join('; ')}`)

  const broken = new Map([...gateMutations, ...limitMutations].map((mutation) => [mutation, brokenBy(mutation)]))
  for (const [{ name }, tests] of broken) console.log(`${tests.length === 0 ? 'SURVIVES' : 'caught  '}  ${name}  →  ${tests[0] ?? ''}`)
  const survivors = [...broken].filter(([, tests]) => tests.length === 0)
  console.log(`${broken.size - survivors.length} of ${broken.size} caught`)
  if (survivors.length > 0) process.exitCode = 1

  const text = tableOf(gateMutations.map((mutation) => broken.get(mutation)!))
  if (!process.argv.includes('--check')) writeBetweenMarks(page, mark, text)
  else if (markedText(page, mark) !== text) {
    console.log('docs/gates.md is not what the gates say: run "npm run mutate-gates"')
    process.exitCode = 1
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}

function brokenBy({ file, statement }: Mutation): string[] {
  const path = join(copy, 'dist/src/metrics', file)
  appendFileSync(path, `\n;${statement}\n`)
  try {
    return brokenTests()
  } finally {
    copyFileSync(join(root, 'dist/src/metrics', file), path)
  }
}

/** Names of the tests that fail in the copy. A file that cannot even be loaded is one of them. */
function brokenTests(): string[] {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', gateTests], { cwd: copy, env, encoding: 'utf8' })
  const failed = [...stdout.matchAll(/^ +not ok \d+ - (.*)$/gm)].map(([, name]) => name!.replaceAll('\\', ''))
  return status === 0 || failed.length > 0 ? failed : [gateTests]
}

function tableOf(brokenOf: readonly (readonly string[])[]): string {
  const rows = gates.map(({ gate, meaning, limits }, index) => {
    const tests = brokenOf[index]!
    return `| \`${gate}\` | ${meaning} | ${limits} | ${tests.length}: \`${tests[0] ?? 'none'}\` | ${trialsOf(gate)} |`
  })
  return ['| gate | what it means | limits | tests that break without it | real trials |', '|---|---|---|---|---|', ...rows].join('\n')
}

/** Files with a real trial that the gate finds. */
function trialsOf(gate: string): string {
  const files = readdirSync(trialTests).filter((file) => readFileSync(join(trialTests, file), 'utf8').includes(`'${gate}'`))
  return files.map((file) => file.replace('.test.ts', '')).join(', ') || '–'
}
