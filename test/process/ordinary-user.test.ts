import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { mainFile, quickRun, startProgram, type Ended } from '../helpers/bench-process.ts'
import { assertRan, resultsIn } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'ordinary-user-'))
after(() => rmSync(folder, { recursive: true }))
chmodSync(folder, 0o777)
mkdirSync(join(folder, 'tmp'))
chmodSync(join(folder, 'tmp'), 0o777)

/** Somebody without a home folder, and as root a number that has no line in /etc/passwd. */
const before = [
  'env',
  '-u',
  'HOME',
  `TMPDIR=${join(folder, 'tmp')}`,
  ...(process.getuid?.() === 0 ? ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups'] : []),
]

function run(words: readonly string[]): Promise<Ended> {
  return startProgram(before[0]!, [...before.slice(1), process.execPath, ...words], { cwd: folder }).ended
}

/** Why this user cannot do what the test asks for. */
function whyNot(): string | false {
  const namespace = JSON.stringify(new URL('../../src/machine/namespace.js', import.meta.url).href)
  const script = `const { findNamespace } = await import(${namespace}); process.stdout.write(findNamespace().reason ?? '')`
  const { status, stdout } = spawnSync(before[0]!, [...before.slice(1), process.execPath, '--input-type=module', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) return 'another user cannot read this checkout'
  return stdout === '' ? false : `user namespaces are off: ${stdout}`
}

describe('an ordinary user without a home folder or a line in /etc/passwd', { skip: whyNot() }, () => {
  it('gets an answer of choose', async () => {
    const { code, stdout, stderr } = await run([
      mainFile,
      'choose',
      '--clients',
      '10',
      '--messages-per-second',
      '1',
      '--staleness',
      '1s',
      '--out',
      folder,
    ])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /Choose short polling/)
  })

  it('gets wire bytes and a namespace for each trial', async () => {
    const out = join(folder, 'out')
    const ended = await run([mainFile, ...quickRun(out)])
    assertRan(ended, out)
    const { environment, trials, warnings } = resultsIn(out)[0]!
    assert.equal(environment['namespace'], 'own')
    assert.ok(!warnings.some(({ code }) => code === 'WARN_NAMESPACE_SHARED'))
    const [{ bytes, connections, server }] = trials as [(typeof trials)[0]]
    // 20 clients get 25 messages each, and a line holds 64 bytes of payload at least.
    assert.ok(bytes.wireBytes! > 20 * 25 * 64, String(bytes.wireBytes))
    assert.equal(connections.acceptOverflowCount, 0)
    if (process.getuid?.() === 0) {
      assert.equal(server.memory.kernelPerClientBytes, null)
      assert.equal(server.memory.reasons['kernelPerClientBytes'], '/proc/slabinfo is not readable: it needs root')
    }
  })
})
