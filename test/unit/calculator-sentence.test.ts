import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workloadOf } from '../../src/advisor/model/workload.ts'
import { calculatorSentence } from '../../src/report/calculator/sentence.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'

const sentenceFor = (outline: Parameters<typeof workloadOf>[0]): string => calculatorSentence(fixtureProfile(), workloadOf(outline))

test('the calculator recommends in a sentence, with what the simplest takes', () => {
  const text = sentenceFor({ clientCount: 1_000, messagesPerSecondPerClient: 0.1 })
  assert.match(text, /^Choose [A-Z]?[^.]*\. [A-Z][\w ]+ takes [\d.,]+ cores and [\d.]+ [KMG]iB of memory\./)
})

test('short polling is recommended for updates as old as its interval makes them, and never for those that must come at once', () => {
  const rare = sentenceFor({ clientCount: 1_000, messagesPerSecondPerClient: 0.1, pollIntervalMs: 60_000 })
  const [atOnce = '', later = ''] = rare.split('If updates may be ')
  assert.doesNotMatch(atOnce, /short polling/i)
  if (later !== '') assert.match(later, /^[\d.]+ (?:s|min) old, choose .*short polling/)
})

test('where no number of instances is enough, the calculator says so', () => {
  assert.equal(
    sentenceFor({ clientCount: 1_000_000, messagesPerSecondPerClient: 100, fanOut: 'broadcast', payloadBytes: 1_000_000 }),
    'No transport can do this, whatever the number of instances.',
  )
})
