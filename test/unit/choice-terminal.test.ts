import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { z } from 'zod'
import { choose } from '../../src/advisor/model/choose.ts'
import { requirementSchema } from '../../src/core/requirement.ts'
import { fullChoiceTerminal } from '../../src/report/choice-report.ts'
import { choiceTerminal } from '../../src/report/choice-terminal.ts'
import { mostReportLines } from '../../src/report/short-report.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'

const requirements: Readonly<Record<string, z.input<typeof requirementSchema>>> = {
  'news for 50,000': { clients: 50_000, messagesPerSecond: 0.2, payload: 300, staleness: 2_000, fanOut: 'broadcast', tabs: 3 },
  'job status': { clients: 1_000, messagesPerSecond: 0.01, staleness: 10_000 },
  'six tabs': { clients: 5_000, messagesPerSecond: 0.02, staleness: 1_000, tabs: 6 },
  'nothing meets it': { clients: 100, messagesPerSecond: 1, staleness: 50, binary: true, proxy: 'no-upgrade', tabs: 6 },
  'far beyond what was measured': { clients: 10_000_000, messagesPerSecond: 5, staleness: 100, upstream: 2, fanOut: 250 },
}

const sourceOf = (isOtherMachine: boolean) => ({
  profile: fixtureProfile(),
  file: 'results/profiles/2026-11-25T16-12-03-0123456789ab.json',
  isOtherMachine,
})

suite('a choice on a terminal', () => {
  for (const [name, stated] of Object.entries(requirements)) {
    const choice = choose(fixtureProfile(), requirementSchema.parse(stated), { latency: 2, cpu: 1 })

    test(`${name}: fits a screen of 80, 100 and 120 columns, and says no sentence twice`, () => {
      for (const columns of [80, 100, 120]) {
        const text = choiceTerminal(choice, sourceOf(true), { columns, colour: false })
        const lines = text.trimEnd().split('\n')
        assert.ok(lines.length <= mostReportLines, `${lines.length} lines:\n${text}`)
        for (const line of lines) {
          assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`)
          assert.doesNotMatch(line, /\p{Cc}|\b(?:NaN|Infinity|undefined|null)\b/u)
        }
        const sentences = text
          .replaceAll(/\s+/gu, ' ')
          .split(/(?<=[.?!]) /u)
          .filter((sentence) => sentence.length > 25)
        assert.equal(new Set(sentences).size, sentences.length, text)
      }
    })

    test(`${name}: --full fits 80 columns too`, () => {
      for (const columns of [80, 100, 120])
        for (const line of fullChoiceTerminal(choice, sourceOf(false), columns).split('\n'))
          assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`)
    })
  }

  test('asks the question, answers it, and marks who is ruled out', () => {
    const stated = requirementSchema.parse(requirements['six tabs'])
    const text = choiceTerminal(choose(fixtureProfile(), stated), sourceOf(false), { columns: 120, colour: false })
    assert.match(
      text,
      /^Choose: which transport for 5,000 clients, 0\.02\d* messages\/s to each of 256 B, heard by one, at most 1\.00 s old\?$/m,
    )
    assert.match(text, /^Choose WebSocket with a heartbeat every 15\.0 s\./m)
    assert.match(text, /long polling ▲ +SSE ▲ +WebSocket$/m)
    assert.match(text, /▲ long polling and SSE: ruled out$/m)
    assert.doesNotMatch(text, /another machine/)
  })
})
