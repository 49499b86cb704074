import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { bench, mainFile, startProgram } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-limits-'))
after(() => rmSync(folder, { recursive: true }))

function withDescriptors(limits: string, words: string[]) {
  return startProgram('sh', ['-c', `${limits}; exec "$@"`, 'sh', process.execPath, mainFile, ...words]).ended
}

describe('bench on a machine without room', () => {
  it('refuses 400 clients with 256 descriptors, with need and limit, before anything starts', async () => {
    const out = join(folder, 'refused')
    const { code, stdout, stderr, ms } = await withDescriptors('ulimit -n 256', ['smoke', '--clients', '400', '--out', out])
    assert.equal(code, 2, stderr)
    assert.match(
      stderr,
      /ERR_LIMIT_DESCRIPTORS: the server needs 458 descriptors \(400 clients \+ 8 of the probe \+ 50\), the limit of a process here is 256/,
    )
    assert.equal(stdout, '')
    assert.ok(ms < 1_000, `${ms} ms`)
    assert.equal(existsSync(out), false)
  })

  it('refuses more clients than the hard limit allows', async () => {
    const limit = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))![1])
    const { code, stderr, ms } = await bench([
      'smoke',
      '--clients',
      String(Math.min(1_000_000, limit + 10_000)),
      '--out',
      join(folder, 'hard'),
    ])
    assert.equal(code, 2)
    assert.match(stderr, /ERR_LIMIT_(DESCRIPTORS|PORTS)/)
    assert.ok(ms < 1_000, `${ms} ms`)
  })

  it('counts on the hard limit where the soft one is lower, since Node raises it', async () => {
    const { code, stderr } = await withDescriptors('ulimit -Sn 100', [
      'smoke',
      '--clients',
      '200',
      '--transports',
      'sse',
      '--measured',
      '500ms',
      '--warmup',
      '0',
      '--charts',
      'off',
      '--quiet',
      '--out',
      join(folder, 'soft'),
    ])
    assert.equal(code, 0, stderr)
  })
})
