import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allSabotage } from '../../src/calibrate/sabotage/all-sabotage.ts'
import { isMissed, type Detection } from '../../src/calibrate/sabotage/detection.ts'

/** One transport for each kind, and each transport more than once; `npm run sabotage` plants everything into all four. */
const chosen: Readonly<Record<string, string>> = {
  control: 'short-poll',
  half: 'short-poll',
  replay: 'sse',
  freeze: 'long-poll',
  delay: 'short-poll',
  coalesce: 'sse',
  leaks: 'websocket',
  bytes: 'websocket',
  nagle: 'long-poll',
}

for (const [kind, transport] of Object.entries(chosen)) {
  test(`${kind} over ${transport} is named by its meter`, async () => {
    const detections = await allSabotage[kind]!(transport)
    assert.ok(detections.some(({ isNamed }) => isNamed))
    assert.deepEqual(detections.filter(isMissed).map(told), [])
  })
}

test('every kind is planted, here or in the ledger tests', () => {
  assert.deepEqual(Object.keys(allSabotage).toSorted(), [...Object.keys(chosen), 'ledger'].toSorted())
})

function told({ id, defect, meter, expected, measured }: Detection): string {
  return `${id} ${defect}; ${meter}: expected ${expected}, measured ${measured}`
}
