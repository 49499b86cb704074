import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { HarnessError } from '../../src/core/errors.ts'
import { seededRandom } from '../../src/core/random.ts'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { portOutsideRange } from '../../src/machine/local-ports.ts'
import { findNamespace } from '../../src/machine/namespace.ts'

const misplaced = new URL('../helpers/misplaced-server.js', import.meta.url)
const stranger = fileURLToPath(new URL('../helpers/stranger.js', import.meta.url))
const seed = 7

function isForeign(...patterns: RegExp[]) {
  return (fault: unknown): boolean => {
    assert.ok(fault instanceof HarnessError, String(fault))
    assert.equal(fault.code, 'ERR_SERVER_FOREIGN', fault.message)
    for (const pattern of [/127\.0\.0\.1:\d+ /, /pid \d+ \(\S+\) listens there/, ...patterns]) assert.match(fault.message, pattern)
    return true
  }
}

suite('somebody else on the port of the server ends the trial, and is named', () => {
  for (const [what, reads] of [
    ['html', /answers 200 text\/html, "<!doctype html>/],
    ['json', /answers 200 application\/json, "null"/],
    ['closed', /closes the connection without an answer/],
    ['silent', /sent nothing for 2000 ms/],
  ] as const)
    test(`at the start: ${what}`, () =>
      assert.rejects(
        runKnownTrial({
          transport: 'sse',
          clientCount: 5,
          traffic: { messagesPerSecondPerChannel: 10 },
          measuredMs: 1_000,
          serverHostModule: fileURLToPath(misplaced),
          serverUrl: `${misplaced.href}?${what}`,
        }),
        isForeign(reads),
      ))

  const taken = /was taken by another process before the server could listen there/
  for (const [what, fault] of [
    ['silent', { kind: 'server-kill', atMs: 500, downMs: 1_500 }],
    ['html', { kind: 'server-restart', atMs: 500, downMs: 1_500 }],
    ['closed', { kind: 'refuse', atMs: 500, durationMs: 1_500 }],
  ] as const)
    test(`in the middle, while the server is away (${fault.kind}): ${what}`, async (t) => {
      const namespace = findNamespace()
      // Elsewhere the port could be anybody's.
      if ('reason' in namespace) return t.skip(`needs a network namespace: ${namespace.reason}`)
      const port = await portOutsideRange(seededRandom(seed, 'port'))
      const phases: string[] = []
      await assert.rejects(
        runKnownTrial({
          transport: 'long-poll',
          options: { backoffBaseMs: 100, backoffCapMs: 200 },
          clientCount: 5,
          traffic: { messagesPerSecondPerChannel: 10 },
          measuredMs: 60_000,
          seed,
          faults: [fault],
          // Without the trial's channels, which it would keep open.
          prepare: `{ env -u NODE_CHANNEL_FD '${process.execPath}' '${stranger}' ${what} ${port} 2>/dev/null 3>&- & }`,
          onNotice: (notice) => notice.kind === 'phase' && phases.push(notice.name),
        }),
        isForeign(taken),
      )
      // Not at the end of a window in which nobody could have measured anything.
      assert.ok(phases.includes('measure') && !phases.includes('drain'), phases.join())
    })
})
