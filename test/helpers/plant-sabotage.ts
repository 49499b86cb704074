import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allSabotage } from '../../src/calibrate/sabotage/all-sabotage.ts'
import { isMissed, type Detection } from '../../src/calibrate/sabotage/detection.ts'

/** One transport for each kind of sabotage that is not in the ledger tests; `npm run sabotage` plants everything into all four. */
export const plantedOn = {
  /** Named by a time. */
  meters: { control: 'short-poll', freeze: 'long-poll', delay: 'short-poll', coalesce: 'sse', nagle: 'long-poll' },
  /** Named by a count. */
  counts: { half: 'short-poll', replay: 'sse', leaks: 'websocket', bytes: 'websocket' },
} as const

/** One test for each kind: what is planted is named, and no control finds anything. */
export function testSabotage(kinds: Readonly<Record<string, string>>): void {
  for (const [kind, transport] of Object.entries(kinds)) {
    test(`${kind} over ${transport} is named by its meter`, async () => {
      const detections = await allSabotage[kind]!(transport)
      assert.ok(detections.some(({ isNamed }) => isNamed))
      assert.deepEqual(detections.filter(isMissed).map(told), [])
    })
  }
}

function told({ id, defect, meter, expected, measured }: Detection): string {
  return `${id} ${defect}; ${meter}: expected ${expected}, measured ${measured}`
}
