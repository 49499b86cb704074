import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertQuickForm } from '../helpers/scenario-form.ts'

// One with clients that send, over a socket and over requests; test/known-answer/quick-forms.test.ts runs all of all.
test('the quick form of chat: every pair is accounted for, and no gate but those of the machine finds anything', async () => {
  assert.equal(await assertQuickForm('chat', ['--transports', 'long-poll,websocket']), 1)
})
