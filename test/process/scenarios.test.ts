import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertQuickForm } from '../helpers/scenario-form.ts'

// One with clients that send, one with bursts; test/known-answer/quick-forms.test.ts runs all.
for (const name of ['chat', 'burst']) {
  test(`the quick form of ${name}: every pair is accounted for, and no gate but those of the machine finds anything`, async () => {
    assert.equal(await assertQuickForm(name), 1)
  })
}
