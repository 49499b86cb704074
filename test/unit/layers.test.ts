import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'

const root = packageRoot()
const planted = mkdtempSync(join(tmpdir(), 'layers-test-'))
after(() => rmSync(planted, { recursive: true }))

/** Runs the layer check as `npm run layers` does, in any folder, with the repository's rules. */
function cruise(cwd: string) {
  const words = ['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'src', 'servers', 'clients']
  const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/depcruise'), words, { cwd, encoding: 'utf8', maxBuffer: 1e8 })
  assert.ok(stdout.startsWith('{'), stderr)
  const { summary } = JSON.parse(stdout) as {
    summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] }
  }
  return { cruisedCount: summary.totalCruised, violations: summary.violations.map(({ from, to, rule }) => `${from} → ${to}: ${rule.name}`) }
}

const imports: Record<string, string[]> = {
  'src/core/clock.ts': ['../metrics/ledger.ts'],
  'src/metrics/ledger.ts': [],
  'src/run/run.ts': ['../../servers/sse.ts', '../report/terminal.ts'],
  'src/core/transports/sse.ts': ['node:fs', '../clock.ts', '../transport.ts'],
  'src/core/transport.ts': [],
  'src/report/terminal.ts': ['../core/loop-a.ts'],
  'src/core/loop-a.ts': ['./loop-b.ts'],
  'src/core/loop-b.ts': ['./loop-a.ts'],
  'src/advisor/choose.ts': ['./model/predict.ts', '../cli/main.ts'],
  'src/advisor/model/predict.ts': ['../../run/run.ts'],
  'src/cli/main.ts': ['../metrics/ledger.ts', '../../clients/sse.ts', '../core/nowhere.ts', '../advisor/model/predict.ts'],
  'servers/host.ts': ['./sse.ts'],
  'servers/sse.ts': ['./websocket.ts', '../src/core/loop-a.ts'],
  'servers/websocket.ts': ['../clients/websocket.ts'],
  'clients/sse.ts': [],
  'clients/websocket.ts': ['../src/run/run.ts'],
}

describe('layers', () => {
  it('are kept, and the check really read the files', () => {
    const { cruisedCount, violations } = cruise(root)
    assert.ok(cruisedCount > 20, `${cruisedCount} modules`)
    assert.deepEqual(violations, [])
  })

  it('are broken by planted imports, each of which is reported', () => {
    for (const [file, paths] of Object.entries(imports)) {
      mkdirSync(dirname(join(planted, file)), { recursive: true })
      writeFileSync(join(planted, file), [...paths.map((path) => `import '${path}'\n`), 'export const x: number = 1\n'].join(''))
    }
    const { violations } = cruise(planted)
    const expected = [
      'src/core/clock.ts → src/metrics/ledger.ts: layer src/core',
      'src/run/run.ts → servers/sse.ts: layer src/run',
      'src/run/run.ts → src/report/terminal.ts: layer src/run',
      'src/core/transports/sse.ts → fs: a transport descriptor runs in a page',
      'src/core/transports/sse.ts → src/core/clock.ts: a transport descriptor runs in a page',
      'src/cli/main.ts → src/metrics/ledger.ts: layer src/cli',
      'src/cli/main.ts → clients/sse.ts: layer src/cli',
      'src/cli/main.ts → src/advisor/model/predict.ts: the advisor has a door',
      'src/advisor/choose.ts → src/cli/main.ts: layer src/advisor',
      'src/advisor/model/predict.ts → src/run/run.ts: layer src/advisor/model',
      'src/cli/main.ts → ../core/nowhere.ts: imports resolve',
      'servers/sse.ts → servers/websocket.ts: one transport never imports another',
      'servers/websocket.ts → clients/websocket.ts: layer servers',
      'clients/websocket.ts → src/run/run.ts: layer clients',
      'src/core/loop-a.ts → src/core/loop-b.ts: no cycles',
    ]
    for (const line of expected) assert.ok(violations.includes(line), `not reported: ${line}\n${violations.join('\n')}`)
    for (const allowed of [
      'src/core/transports/sse.ts → src/core/transport.ts',
      'servers/host.ts →',
      'src/report/terminal.ts →',
      'servers/sse.ts → src/core/loop-a',
      'src/advisor/choose.ts → src/advisor/model',
    ]) {
      assert.ok(!violations.some((line) => line.startsWith(allowed)), `wrongly reported: ${allowed}`)
    }
  })
})

/** Imports of what brings zod along, other than as types: in a server or a client host it would be resident memory, which is a figure. */
function schemaImports(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^(import (?!type )|\} from).*core\/(transport|transports\/.*|scenario|duration)\.ts'/.test(line))
}

describe('processes that are measured', () => {
  it('load no schema of options: types only', () => {
    for (const folder of ['servers', 'clients']) {
      for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))) {
        assert.deepEqual(schemaImports(readFileSync(join(root, folder, file), 'utf8')), [], `${folder}/${file}`)
      }
    }
    const planted = "import type { A } from '../src/core/transport.ts'\nimport { sse } from '../src/core/transports/sse.ts'\n"
    assert.deepEqual(schemaImports(planted), ["import { sse } from '../src/core/transports/sse.ts'"])
  })
})
