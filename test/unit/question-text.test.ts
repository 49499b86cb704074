import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HarnessError } from '../../src/core/errors.ts'
import { questionText } from '../../src/scenario/question-text.ts'
import { namesOf, openFile } from '../../src/scenario/open-file.ts'
import { checkScenario, loadScenario } from '../../src/scenario/scenario-file.ts'
import { formatExact } from '../../src/text/format.ts'
import { plainScenario } from '../helpers/plain-scenario.ts'

function questionOf(name: string, isQuick: boolean): string {
  return loadScenario(name, { values: [], isQuick }).scenario.question
}

test('a question has the numbers of the form that runs', () => {
  assert.equal(questionOf('notifications', false), 'What does it cost to keep 1,000 people informed of rare events that concern only them?')
  assert.equal(questionOf('notifications', true), 'What does it cost to keep 500 people informed of rare events that concern only them?')
  assert.equal(
    questionOf('job-status', false),
    'How soon do people get the result of a job of 1 s to 20 s, and how many requests does it take?',
  )
  assert.match(questionOf('job-status', true), / a job of 300 ms to 4 s,/u)
})

test('a flag changes the question as it changes the workload', () => {
  const clients = { flag: '--clients', path: ['clientCount'], value: 50, typed: '50', isDuration: false }
  assert.match(loadScenario('notifications', { values: [clients] }).scenario.question, / 50 people /u)
})

test('where a sweep runs several values, the question has their range, and a point its own', () => {
  const { scenario, study } = loadScenario('idle-connections')
  assert.match(scenario.question, / at 100 to 15,000 clients\?$/u)
  assert.ok(study?.kind === 'sweep')
  assert.match(study.points[0]!.scenario.question, / at 100 clients\?$/u)
  assert.match(questionOf('idle-connections', true), / at 200 to 1,000 clients\?$/u)
  assert.equal(
    questionText('Held for {contenders.*.holdTimeMs}?', { sweep: { 'contenders.*.holdTimeMs': [500, { value: 2_000, with: {} }] } }).text,
    'Held for 500 ms to 2 s?',
  )
})

test('what is no numeric setting is an issue, by its path', () => {
  assert.throws(
    () =>
      checkScenario({
        kind: 'scenario',
        name: 'mine',
        file: 'mine.json',
        parsed: { ...plainScenario, contenders: [{ transport: 'sse' }], question: 'For {people}, {title}?' },
      }),
    (error) =>
      error instanceof HarnessError &&
      error.message ===
        'ERR_SCENARIO_INVALID: mine.json: question: {people} is not a numeric setting of this scenario.\nERR_SCENARIO_INVALID: mine.json: question: {title} is not a numeric setting of this scenario.',
  )
})

test('no question of ours has the number of clients in its own digits', () => {
  for (const name of namesOf('scenario')) {
    const { parsed } = openFile(name)
    const { scenario } = loadScenario(name)
    assert.ok(!String(parsed['question']).includes(` ${formatExact(scenario.clientCount)} `), name)
  }
})
