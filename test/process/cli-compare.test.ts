import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { runComparisonSchema } from '../../src/core/run-comparison.ts'
import { bench, refusalOf } from '../helpers/bench-process.ts'
import { machine, madeUpRun, type RunAsk } from '../helpers/two-runs.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-compare-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let fileCount = 0

function write(ask: RunAsk): string {
  const dir = join(folder, `run-${fileCount++}`)
  mkdirSync(dir)
  writeFileSync(join(dir, 'result.json'), JSON.stringify(madeUpRun(ask)))
  return dir
}

const base = write({ noise: 0.01 })

suite('bench compare', () => {
  test('same machine, 1 % noise: no difference, exit 0 with and without --fail-on-regression', async () => {
    const other = write({ noise: 0.01, seed: 2 })
    for (const words of [[], ['--fail-on-regression']]) {
      const { code, stdout, stderr } = await bench(['compare', base, other, ...words])
      assert.deepEqual([code, stderr], [0, ''])
      assert.match(stdout, /^No regression was found in the \d+ figures judged/)
    }
  })

  test('same machine, +50 %: a regression, exit 0, and exit 4 under --fail-on-regression', async () => {
    const slower = write({ noise: 0.01, seed: 2, factor: 1.5 })
    const told = await bench(['compare', base, join(slower, 'result.json')])
    assert.equal(told.code, 0)
    assert.match(told.stdout, /^\d+ regressions found: .*short-poll delivery latency p50/s)
    const full = await bench(['compare', base, slower, '--full'])
    assert.match(full.stdout, /^Regressions\n- short-poll: delivery latency p50 /m)
    assert.equal((await bench(['compare', base, slower, '--fail-on-regression'])).code, 4)
    assert.equal((await bench(['compare', slower, base, '--fail-on-regression'])).code, 0)
  })

  test('another processor and clock with values × 1.263: not comparable, exit 5, no percentage', async () => {
    const other = write({ factor: 1.263, environment: { ...machine, cpuModel: 'Another CPU', cpuClockMhz: 3_284 } })
    for (const words of [[], ['--fail-on-regression']]) {
      const { code, stdout } = await bench(['compare', base, other, ...words])
      assert.equal(code, 5)
      assert.match(stdout, /^Not comparable: the runs have different machines\.$/m)
      assert.match(stdout, /^cpuModel +"Made-up CPU" +"Another CPU"$/m)
      assert.match(stdout, /^cpuClockMhz +2600 +3284$/m)
      assert.doesNotMatch(stdout, /%|×|1\.26/)
    }
  })

  test('a machine that one run does not tell: not comparable, exit 5', async () => {
    const { cpuClockMhz: _, ...told } = machine
    const { code, stdout } = await bench([
      'compare',
      base,
      write({ patch: (document) => (document.environment = told) }),
      '--fail-on-regression',
    ])
    assert.equal(code, 5)
    assert.match(stdout, /^Not comparable: the machine of one run is not fully recorded\.$/m)
    assert.match(stdout, /^cpuClockMhz +2600 +\(not known\)$/m)
  })

  test('a contender without a trial that counts: exit 5, after a regression of another', async () => {
    const hollow = (ask: RunAsk) =>
      write({ ...ask, patch: ({ summary }) => Object.assign(summary[1]!, { countedTrialCount: 0, metrics: {} }) })
    assert.equal((await bench(['compare', base, hollow({ noise: 0.01, seed: 2 }), '--fail-on-regression'])).code, 5)
    assert.equal((await bench(['compare', base, hollow({ factor: 1.5 }), '--fail-on-regression'])).code, 4)
  })

  test('one block a side: nothing can be judged, said on stderr with exit 5 under --fail-on-regression', async () => {
    const [one, other] = [write({ blockCount: 1 }), write({ blockCount: 1, factor: 3 })]
    const seen = await bench(['compare', one, other])
    assert.deepEqual([seen.code, seen.stderr], [0, ''])
    assert.match(seen.stdout, /^Nothing was judged \(all \d+ figures: 1 and 1 blocks have a value; each side needs 2\)\.$/m)
    const gate = await bench(['compare', one, other, '--fail-on-regression'])
    assert.equal(gate.code, 5)
    assert.match(gate.stderr, /^WARN_GATE_UNJUDGED: compare --fail-on-regression: (\d+) of \1 figures could not be judged/)
  })

  test('a contender of which nothing can be judged: exit 5 under --fail-on-regression, though the others are as before', async () => {
    const patch = ({ summary }: ReturnType<typeof madeUpRun>) => {
      for (const metric of Object.values(summary[2]!.metrics)) Object.assign(metric, { values: metric.values.slice(1, 2) })
    }
    const { code, stderr } = await bench(['compare', base, write({ noise: 0.01, seed: 2, patch }), '--fail-on-regression'])
    assert.equal(code, 5)
    assert.match(stderr, /could not be judged, none of sse, so a regression there would go unnoticed \(every figure of sse: 4 and 1/)
  })

  test('a figure that cannot be judged beside others that can: a line on stderr under --fail-on-regression, and exit 0', async () => {
    const patch = ({ summary }: ReturnType<typeof madeUpRun>) => {
      const { serverCpu } = summary[2]!.metrics
      serverCpu!.values = serverCpu!.values.slice(1, 2)
    }
    const { code, stderr } = await bench(['compare', base, write({ noise: 0.01, seed: 2, patch }), '--fail-on-regression'])
    assert.equal(code, 0)
    assert.match(stderr, /: 1 of \d+ figures could not be judged, so .* \(sse server CPU: 4 and 1 blocks/)
  })

  test('--json prints the document of its schema and nothing else', async () => {
    const { code, stdout, stderr } = await bench(['compare', base, write({ factor: 1.5 }), '--json'])
    assert.deepEqual([code, stderr], [0, ''])
    const found = runComparisonSchema.parse(JSON.parse(stdout))
    // Every figure is larger by half; what is 0 stays 0.
    const figures = madeUpRun({ noise: 0.01 }).summary.flatMap(({ metrics }) => Object.values(metrics))
    assert.deepEqual(
      [found.comparable, found.counts.regression],
      [true, figures.filter(({ median }) => median !== null && median > 0).length],
    )
  })
})

suite('bench compare with wrong input', () => {
  const version = join(folder, 'version.json')
  writeFileSync(version, JSON.stringify({ ...madeUpRun(), schemaVersion: 0 }))
  const broken = join(folder, 'broken.json')
  writeFileSync(broken, JSON.stringify({ ...madeUpRun(), trials: 'none' }))
  const text = join(folder, 'text.json')
  writeFileSync(text, 'no JSON')
  const link = join(folder, 'link')
  symlinkSync(base, link)
  const cases: [string, string[], RegExp][] = [
    ['a missing file', [base, join(folder, 'nowhere')], /^ERR_RESULT_INVALID: .*nowhere: is not a result document: ENOENT/],
    ['a folder without a result', [base, folder], /^ERR_RESULT_INVALID: .*result\.json: is not a result document/],
    ['what is no JSON', [text, base], /^ERR_RESULT_INVALID: .*text\.json: is not a result document/],
    ['what is no result', [base, broken], /^ERR_RESULT_INVALID: .*broken\.json: does not match the schema of results: trials/],
    ['another schema version', [base, version], /^ERR_RESULT_INVALID: .*version\.json: schemaVersion must be 1 or 2, got 0/],
    ['one folder given twice', [base, base], /^ERR_USAGE: compare: .* are the same result\. Give two runs/],
    ['one result by two paths', [link, join(base, 'result.json')], /^ERR_USAGE: compare: .* are the same result/],
    ['one run', [base], /^ERR_USAGE: bench compare: missing <after>/],
    ['three runs', [base, base, base], /^ERR_USAGE: .* unexpected after "bench compare"/],
    ['a misspelt flag', [base, base, '--fail-on-regresion'], /Did you mean "--fail-on-regression"\?/],
  ]
  for (const [name, words, pattern] of cases) {
    test(`refuses ${name} with exit 2, and nothing on stdout`, async () => {
      assert.match(await refusalOf(['compare', ...words]), pattern)
    })
  }
})
