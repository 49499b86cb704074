import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { checkTemporaryFolder } from '../../src/core/files.ts'
import { bench, quickRun } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'tmpdir-'))
after(() => rmSync(folder, { recursive: true }))
const socketPathBytes = 107
const added = '/transport-bench-XXXXXX/12345678-999.sock'

/** A folder whose path has this length. */
function folderOf(length: number): string {
  const path = folder + '/'.padEnd(length - folder.length, 'd')
  assert.equal(path.length, length)
  mkdirSync(path, { recursive: true })
  return path
}

describe('TMPDIR', { skip: process.platform === 'linux' ? false : 'paths of sockets have another length' }, () => {
  const cases: [string, string, RegExp][] = [
    ['that is missing', join(folder, 'missing'), /no temporary folder can be made there: ENOENT/],
    ['that is no folder', '/dev/null', /no temporary folder can be made there: ENOTDIR/],
    ['with 100 characters', folderOf(100), /its path has 100 bytes, but at most 66 are allowed/],
    ['with 80 characters', folderOf(80), /its path has 80 bytes, but at most 66 are allowed/],
  ]
  for (const [name, place, pattern] of cases) {
    it(`${name} is refused before anything starts`, async () => {
      const out = join(folder, 'out')
      const { code, stdout, stderr } = await bench(quickRun(out), { env: { TMPDIR: place } })
      assert.deepEqual([code, stdout, existsSync(out)], [2, '', false], stderr)
      assert.match(stderr, /^ERR_TEMPORARY_FOLDER: TMPDIR: /)
      assert.ok(stderr.includes(place), stderr)
      assert.match(stderr, pattern)
      if (existsSync(place) && place !== '/dev/null') assert.deepEqual(readdirSync(place), [])
    })
  }

  it('may be as long as a socket in it can be', async () => {
    const place = folderOf(socketPathBytes - added.length)
    checkTemporaryFolder(place)
    mkdirSync(join(place, 'transport-bench-XXXXXX'))
    const server = createServer().listen(place + added)
    await once(server, 'listening')
    assert.deepEqual(readdirSync(join(place, 'transport-bench-XXXXXX')), ['12345678-999.sock'])
    server.close()
    assert.throws(() => checkTemporaryFolder(`${place}d`), /ERR_TEMPORARY_FOLDER/)
  })
})
