import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { profileSchema } from '../../src/core/profile-result.ts'
import { calculatorPart } from '../../src/report/calculator/html.ts'
import { missingTransports } from '../../src/report/missing-transports.ts'

test('a transport that a list does not know is named in one line; of those that it knows nothing is said', () => {
  const all = [{ id: 'sse' }, { id: 'ndjson' }, { id: 'other' }]
  assert.deepEqual(missingTransports('No cost model', ['sse'], all), ['No cost model: ndjson, other.'])
  assert.deepEqual(missingTransports('No cost model', ['sse', 'ndjson', 'other'], all), [])
})

test('the calculator says what it cannot compute', () => {
  const file = 'results/profiles/reference.json'
  const profile = profileSchema.parse(JSON.parse(readFileSync(join(packageRoot(), file), 'utf8')))
  const values = {
    clientCount: 10,
    messagesPerSecondPerClient: 1,
    payloadBytes: 64,
    pollIntervalMs: 1_000,
    holdTimeMs: 1_000,
    fanOut: 1,
  }
  const shown = (missing: string[]): string => calculatorPart({ file, profile, isOfThisMachine: true }, values, missing).section
  assert.ok(shown(['No cost model: ndjson.']).includes('No cost model: ndjson.'))
  assert.ok(!shown([]).includes('No cost model'))
})
