import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { measuredPart } from '../../src/machine/platform.ts'
import { mainFile, quickRun, startProgram, type Ended } from '../helpers/bench-process.ts'
import { assertRan, resultsIn } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'platform-'))
after(() => rmSync(folder, { recursive: true }))

/** The command, as if Node had been built for another system. */
function benchOn(platform: NodeJS.Platform, words: readonly string[]): Promise<Ended> {
  const fake = `data:text/javascript,Object.defineProperty(process, 'platform', { value: '${platform}' })`
  return startProgram(process.execPath, ['--import', fake, mainFile, ...words]).ended
}

describe('a run on a system that is not Linux', () => {
  it('says at its start what is not measured, and measures the rest', async () => {
    const out = join(folder, 'darwin')
    const ended = await benchOn('darwin', quickRun(out))
    assert.ok(ended.stderr.startsWith(`${measuredPart('darwin')}\n`), ended.stderr)
    assertRan(ended, out)
    assert.equal(resultsIn(out)[0]!.trials[0]!.ledger.deliveredCount, 500)
  })

  it('is refused on Windows, and leaves nothing', async () => {
    const out = join(folder, 'win32')
    const { code, stdout, stderr } = await benchOn('win32', quickRun(out))
    assert.deepEqual([code, stdout, stderr], [2, '', `ERR_PLATFORM: ${measuredPart('win32')}\n`])
    assert.equal(existsSync(out), false)
  })

  it('has a warning in doctor', async () => {
    const { code, stdout } = await benchOn('darwin', ['doctor'])
    assert.equal(code, 0)
    assert.ok(stdout.includes(`warn  system        ${measuredPart('darwin')}\n`), stdout)
  })
})
