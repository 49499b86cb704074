import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { resultSchema } from '../../src/core/result.ts'
import { bench } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'storm-'))
after(() => rmSync(folder, { recursive: true }))

const clientCount = 1_000
const label = 'websocket, full jitter over 4 s'

// As somebody reads it who runs the scenario: the trials behind it are those of test/known-answer/reconnect-spread.test.ts.
test('reconnect-storm with jitter over 4 s: no 100 ms hold more than 6 % of the clients, all are back, and it is printed when', async () => {
  const file = JSON.parse(readFileSync(join(packageRoot(), 'scenarios/reconnect-storm.json'), 'utf8'))
  const path = join(folder, 'storm.json')
  writeFileSync(
    path,
    JSON.stringify({
      ...file,
      $schema: undefined,
      quick: undefined,
      clientCount,
      contenders: file.contenders.filter((contender: { label: string }) => contender.label === label),
      // All are back 9 s after the kill: who comes within the down time of 1 s waits for 8 s more at most.
      phases: { warmUpMs: 500, measuredMs: 11_000 },
      faults: [{ kind: 'server-kill', atMs: 500, downMs: 1_000 }],
      blockCount: 1,
    }),
  )
  const ended = await bench([path, '--full', '--charts', 'off', '--retries', '0', '--out', join(folder, 'out')])
  assertRan(ended, join(folder, 'out'))
  const [started] = readdirSync(join(folder, 'out', 'storm'))
  const { trials } = resultSchema.parse(JSON.parse(readFileSync(join(folder, 'out', 'storm', started!, 'result.json'), 'utf8')))
  const { recovery, ledger } = trials[0]!
  const [found] = recovery!.faults
  // Uniform over 4 s: 25 in each 100 ms.
  assert.ok(found!.peakAttemptsPer100Ms <= 0.06 * clientCount, `${found!.peakAttemptsPer100Ms}`)
  assert.deepEqual([found!.awayCount, found!.returnedCount, ledger.lostCount], [clientCount, clientCount, 0])
  assert.ok(found!.backAfterStartMs.all! <= 4_000 + 8_000 + 1_000, `${found!.backAfterStartMs.all}`)
  assert.match(
    ended.stdout.replaceAll(/\s+/g, ' '),
    /server-kill at 0\.5\d* s for [\d.]+ s: 1,000 clients away, 50, 99 and 100 % back after [\d.]+ s, [\d.]+ s and [\d.]+ s; at most \d+ attempts in a second and \d+ in 100 ms/,
  )
})
