import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { execFileSync } from 'node:child_process'
import { counts } from '../../src/metrics/validity.ts'
import { figuresOf } from '../../src/report/charts/figures.ts'
import { isInstalled, makeClone, runAsUser } from '../helpers/fresh-clone.ts'
import { assertRan, resultsIn } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarball-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const pngSignature = '89504e470d0a1a0a'

test('the packed package measures in an empty folder, and brings nothing that only builds it', async (t) => {
  const [clone, app] = [join(folder, 'clone'), join(folder, 'app')]
  makeClone(clone)
  if (!isInstalled(await runAsUser(['npm', 'ci', '--prefer-offline'], clone), t)) return
  const packed = await runAsUser(['npm', 'pack', '--pack-destination', folder], clone)
  assert.equal(packed.code, 0, packed.stderr)
  const tarball = join(
    folder,
    readdirSync(folder).find((file) => file.endsWith('.tgz'))!,
  )

  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  for (const file of [
    'dist/src/cli/main.js',
    'dist/src/report/page.bundle.js',
    'dist/servers/sse.js',
    'dist/clients/sse.js',
    'scenarios/notifications.json',
    'results/profiles/reference.json',
    'docs/errors.md',
    'node_modules/canvas/index.cjs',
    'node_modules/chartjs-node-canvas/package.json',
    'LICENSE',
    'README.md',
  ])
    assert.ok(files.includes(`package/${file}`), file)
  const own = files.filter((file) => !file.startsWith('package/node_modules/'))
  // The lines of servers and clients are counted from their sources, so that these are in it.
  assert.deepEqual(
    own.filter((file) => /\.map$|\.d\.ts$|^package\/(src|test|scripts|dist\/(test|scripts))\//.test(file)),
    [],
  )
  const bundled = new Set(files.filter((file) => !own.includes(file)).map((file) => file.split('/')[2]))
  assert.deepEqual([...bundled].toSorted(), ['canvas', 'chartjs-node-canvas', 'tslib'])

  mkdirSync(app)
  if (!isInstalled(await runAsUser(['npm', 'install', '--prefer-offline', tarball], app), t)) return
  const installed = readdirSync(join(app, 'node_modules'))
  for (const name of ['typescript', 'esbuild', 'playwright-core', 'yaml']) assert.ok(!installed.includes(name), name)

  const out = join(app, 'results')
  const ran = await runAsUser(['npx', 'transport-bench', 'smoke', '--quick', '--retries', '0'], app)
  assertRan(ran, out)
  assert.doesNotMatch(ran.stderr, /WARN_CHARTS_SKIPPED/)
  const [document] = resultsIn(out)
  assert.equal(document!.harness.command, 'npx transport-bench smoke --quick --retries 0')
  assert.deepEqual(document!.trials.map(({ transport }) => transport).toSorted(), ['long-poll', 'short-poll', 'sse', 'websocket'])

  const run = join(out, 'smoke', readdirSync(join(out, 'smoke'))[0]!)
  const charts = readdirSync(join(run, 'charts'))
  assert.deepEqual(
    charts.toSorted(),
    figuresOf(document!)
      .map(({ id }) => `${id}.png`)
      .toSorted(),
  )
  // Where the other tests took its processors, no latency may count, and two of the five are not drawn.
  if (document!.trials.some((trial) => counts(trial, 'latency')))
    assert.deepEqual(charts.toSorted(), ['latency.png', 'ramp.png', 'spread.png', 'timeline.png', 'trade-off.png'])
  for (const chart of charts)
    assert.equal(
      readFileSync(join(run, 'charts', chart))
        .subarray(0, 8)
        .toString('hex'),
      pngSignature,
      chart,
    )
  const script = readFileSync(join(app, 'node_modules/transport-bench/dist/src/report/page.bundle.js'), 'utf8')
  assert.ok(script.length > 100_000, 'Chart.js is in the bundle')
  assert.ok(readFileSync(join(run, 'report.html'), 'utf8').includes(script.replaceAll('</script', '<\\/script')))

  const workload = ['--clients', '1000', '--messages-per-second', '0.1', '--staleness', '5s']
  const chosen = await runAsUser(['npx', 'transport-bench', 'choose', ...workload], app)
  assert.equal(chosen.code, 0, chosen.stderr)
})
