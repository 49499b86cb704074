import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { mainFile, refusalOf, startProgram } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-limits-'))
after(() => rmSync(folder, { recursive: true }))

describe('bench on a machine without room', () => {
  it('refuses 400 clients with 256 descriptors, with need and limit, before anything starts', async () => {
    const out = join(folder, 'refused')
    assert.match(
      await refusalOf(['smoke', '--clients', '400', '--out', out], { limits: 'ulimit -n 256' }),
      /ERR_LIMIT_DESCRIPTORS: the server needs 458 descriptors \(400 clients \+ 8 of the probe \+ 50\), but the limit per process is 256/,
    )
    assert.equal(existsSync(out), false)
  })

  it('refuses more clients than the hard limit allows', async () => {
    const limit = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))![1])
    const clients = String(Math.min(1_000_000, limit + 10_000))
    assert.match(await refusalOf(['smoke', '--clients', clients, '--out', join(folder, 'hard')]), /ERR_LIMIT_(DESCRIPTORS|PORTS)/)
  })

  it('counts on the hard limit where the soft one is lower, since Node raises it', async () => {
    const out = join(folder, 'soft')
    const words = [
      'smoke',
      '--clients',
      '100',
      '--rate',
      '10',
      '--transports',
      'sse',
      '--measured',
      '500ms',
      '--warmup',
      '0',
      '--charts',
      'off',
      '--retries',
      '0',
      '--quiet',
    ]
    const command = [process.execPath, mainFile, ...words, '--out', out]
    assertRan(await startProgram('sh', ['-c', 'ulimit -Sn 100; exec "$@"', 'sh', ...command]).ended, out)
  })
})
