import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertQuickForm } from '../helpers/scenario-form.ts'

// One with clients that send; test/known-answer/quick-forms.test.ts runs all.
test('the quick form of chat: every pair is accounted for, and no gate but those of the machine finds anything', async () => {
  assert.equal(await assertQuickForm('chat'), 1)
})
