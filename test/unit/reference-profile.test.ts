import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { profileSchema } from '../../src/core/profile-result.ts'
import { cursorFormOf } from '../../src/advisor/model/framing.ts'
import { modelOf } from '../../src/advisor/run-profile.ts'
import { profileMarkdown } from '../../src/report/profile-report.ts'

const path = join(packageRoot(), 'results', 'profiles', 'reference')
const profile = profileSchema.parse(JSON.parse(readFileSync(`${path}.json`, 'utf8')))

/** What follows from the points, to six digits: the last ones of a logarithm differ between versions of V8. */
function rounded({ transports, validation, accuracy, notTrusted }: ReturnType<typeof modelOf>): unknown {
  const text = JSON.stringify({ transports, validation, accuracy, notTrusted }, (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value,
  )
  return JSON.parse(text)
}

test('the committed profile is what its measured points give by this code ("npm run refit" writes it)', () => {
  assert.deepEqual(rounded(modelOf(profile.points, cursorFormOf(profile))), rounded(profile))
  assert.equal(readFileSync(`${path}.md`, 'utf8'), profileMarkdown(profile))
})
