import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageRoot } from '../src/core/package-root.ts'
import { families, familyNames, type Family } from '../src/core/family.ts'
import { gates } from '../src/metrics/gates.ts'
import { machineLimits } from '../src/metrics/machine-gates.ts'
import { trafficLimits } from '../src/metrics/traffic-limits.ts'
import { markedText, writeBetweenMarks } from './marked-text.ts'

/**
 * Shows that each gate is needed: before the tests of the gates each gate is turned off in turn, made to spoil nothing, and
 * each limit is moved up and down by 5 %, and at least one test must break every time. Exit 1 when one survives.
 *
 * Writes the table of docs/gates.md; with `--check` it compares it instead.
 */
const root = packageRoot()
const page = join(root, 'docs/gates.md')
const mark = 'mutate-gates'
const gateTests = join(root, 'dist/test/unit/metrics-gates.test.js')
const trialTests = ['known-answer', 'process'].map((folder) => join(root, 'test', folder))

interface Mutation {
  name: string
  file: string
  /** What of the file is changed, and the statement that does it. */
  exported: string
  statement: string
}

const gateMutations: Mutation[] = gates.map(({ gate }) => ({
  name: gate,
  file: 'gates.js',
  exported: 'gates',
  statement: `gates.find((entry) => entry.gate === '${gate}').check = () => null`,
}))
const familyMutations: Mutation[] = gates.map(({ gate }) => ({
  name: `${gate}, spoiling nothing`,
  file: 'gates.js',
  exported: 'gates',
  statement: `gates.find((entry) => entry.gate === '${gate}').families = []`,
}))
const limitMutations = [
  ...limitsIn('traffic-limits.js', 'trafficLimits', trafficLimits),
  ...limitsIn('machine-gates.js', 'machineLimits', machineLimits),
]

function limitsIn(file: string, exported: string, limits: object): Mutation[] {
  return Object.keys(limits).flatMap((limit) =>
    [0.95, 1.05].map((factor) => ({ name: `${limit} × ${factor}`, file, exported, statement: `${exported}.${limit} *= ${factor}` })),
  )
}

const sound = await brokenTests()
if (sound.length > 0) throw new Error(`without any mutation these tests fail already: ${sound.join('; ')}`)

const mutations = [...gateMutations, ...familyMutations, ...limitMutations]
const brokenOf = await brokenByAll(mutations)
for (const [index, { name }] of mutations.entries()) {
  const [first] = brokenOf[index]!
  console.log(`${first === undefined ? 'SURVIVES' : 'caught  '}  ${name}  →  ${first ?? ''}`)
}
const survivorCount = brokenOf.filter((tests) => tests.length === 0).length
console.log(`${mutations.length - survivorCount} of ${mutations.length} caught`)
if (survivorCount > 0) process.exitCode = 1

const text = tableOf(brokenOf.slice(0, gateMutations.length))
if (!process.argv.includes('--check')) writeBetweenMarks(page, mark, text)
else if (markedText(page, mark) !== text) {
  console.log('docs/gates.md is not what the gates say: run "npm run mutate-gates"')
  process.exitCode = 1
}

/** Tests that break, by mutation; as many mutations at a time as there are processors. */
async function brokenByAll(all: readonly Mutation[]): Promise<string[][]> {
  const broken: string[][] = []
  const left = all.entries()
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (const [index, mutation] of left) broken[index] = await brokenTests(mutation)
    }),
  )
  return broken
}

/** Names of the tests that fail, with a mutation or without. A file that cannot even be loaded is one of them. */
function brokenTests(mutation?: Mutation): Promise<string[]> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const before = mutation === undefined ? [] : ['--import', moduleOf(mutation)]
  return new Promise((resolve) => {
    execFile(process.execPath, [...before, '--test-reporter=tap', gateTests], { env }, (fault, stdout) => {
      const failed = [...stdout.matchAll(/^ +not ok \d+ - (.*)$/gm)].map(([, name]) => name!.replaceAll('\\', ''))
      resolve(fault === null || failed.length > 0 ? failed : ['dist/test/unit/metrics-gates.test.js'])
    })
  })
}

/** A module that is loaded before the tests and changes what they will import: no file is written, so none can be left changed. */
function moduleOf({ file, exported, statement }: Mutation): string {
  const changed = pathToFileURL(join(root, 'dist/src/metrics', file))
  return `data:text/javascript,${encodeURIComponent(`import { ${exported} } from '${changed.href}'\n${statement}`)}`
}

function tableOf(brokenByGate: readonly (readonly string[])[]): string {
  const rows = gates.map(({ gate, meaning, limits, families: named }, index) => {
    const tests = brokenByGate[index]!
    return `| \`${gate}\` | ${meaning} | ${limits} | ${namesOf(named)} | ${tests.length}: \`${tests[0] ?? 'none'}\` | ${trialsOf(gate)} |`
  })
  return [
    '| gate | what it means | limits | families | tests that break without it | real trials |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function namesOf(named: readonly Family[]): string {
  return named.length === families.length ? 'all' : named.map((family) => familyNames[family]).join(', ')
}

/** Files with a real trial that the gate finds. */
function trialsOf(gate: string): string {
  const found = trialTests.flatMap((folder) =>
    readdirSync(folder).filter((file) => readFileSync(join(folder, file), 'utf8').includes(`'${gate}'`)),
  )
  const names = found.map((file) => file.replace('.test.ts', ''))
  return names.toSorted().join(', ') || '–'
}
