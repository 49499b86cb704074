import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { HarnessError } from '../../src/core/errors.ts'
import { findProfile } from '../../src/advisor/profile-folder.ts'
import { requirementFields } from '../../src/advisor/requirement-fields.ts'
import { readAnswer, readRequirement, readWeights } from '../../src/advisor/requirement-input.ts'
import { requirementSchema } from '../../src/core/requirement.ts'
import { choose } from '../../src/advisor/model/choose.ts'
import { choiceRecord } from '../../src/report/choice-report.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'

const folder = mkdtempSync(join(tmpdir(), 'requirement-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const needed = { clients: '1000', messagesPerSecond: '0.2', staleness: '2s' }

function fault(run: () => unknown): HarnessError {
  try {
    run()
  } catch (found) {
    return found as HarnessError
  }
  return assert.fail('nothing was refused')
}

function fileWith(text: string): string {
  const path = join(folder, 'workload.json')
  writeFileSync(path, text)
  return path
}

test('flags are read in their units, and the rest has defaults', () => {
  const requirement = readRequirement({ ...needed, staleness: '1500ms', fanOut: '20', binary: 'yes', http: '2', proxyIdle: '1m' })
  const { clients, messagesPerSecond, staleness, fanOut, binary, http, proxyIdle, payload, tabs } = requirement
  assert.deepEqual(
    { clients, messagesPerSecond, staleness, fanOut, binary, http, proxyIdle, payload, tabs },
    {
      clients: 1_000,
      messagesPerSecond: 0.2,
      staleness: 1_500,
      fanOut: 20,
      binary: true,
      http: '2',
      proxyIdle: 60_000,
      payload: 256,
      tabs: 1,
    },
  )
})

test('a bare number of a duration is seconds on the command line, and ms in a file, as everywhere', () => {
  assert.equal(readRequirement({ ...needed, staleness: '2' }).staleness, 2_000)
  assert.equal(readRequirement({ file: fileWith('{"clients":10,"messagesPerSecond":1,"staleness":2}') }).staleness, 2)
  assert.equal(readRequirement({ file: fileWith('{"clients":10,"messagesPerSecond":1,"staleness":"2s"}') }).staleness, 2_000)
})

test('flags win over the file', () => {
  const file = fileWith('{"clients":10,"messagesPerSecond":1,"staleness":"2s"}')
  assert.deepEqual([readRequirement({ file, clients: '99' }).clients, readRequirement({ file }).clients], [99, 10])
})

test('what is missing is named with its flag and what it may be', () => {
  const { code, message } = fault(() => readRequirement({ clients: '10' }))
  assert.equal(code, 'ERR_USAGE')
  assert.match(message, /--messages-per-second: is missing; it must be a number from 0 to 100000/)
  assert.match(message, /--staleness: is missing; it must be a duration from 1 ms to 24 h/)
})

test('a value that is not allowed is shown with what is, and the nearest word', () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ clients: '0' }, /--clients: must be a whole number from 1 to 100000000, got "0"/],
    [{ clients: '1,000' }, /--clients: must be a whole number .*, got "1,000"/],
    [{ staleness: 'soon' }, /--staleness: must be a duration .*, got "soon"\. A duration is "500ms"/],
    [{ proxy: 'nginx-defaul' }, /--proxy: must be one of "none", .*, got "nginx-defaul"\. Did you mean "nginx-default"\?/],
    [
      { fanOut: 'brodcast' },
      /--fan-out: must be "broadcast", "unicast" or a whole number of at least 1, got "brodcast"\. Did you mean "broadcast"\?/,
    ],
    [{ binary: 'perhaps' }, /--binary: must be "yes" or "no", got "perhaps"/],
    [{ targetUtilisation: '1' }, /--target-utilisation: must be a number above 0 and at most 0\.95, got "1"/],
  ]
  for (const [flags, expected] of cases) assert.match(fault(() => readRequirement({ ...needed, ...flags })).message, expected)
})

test('all faults of a file come at once, with the nearest key', () => {
  const file = fileWith('{"clients":"many","messagesPerSecond":1,"staleness":"2s","payloads":3}')
  const { code, message } = fault(() => readRequirement({ file }))
  assert.equal(code, 'ERR_WORKLOAD_INVALID')
  assert.match(message, /workload\.json: clients: must be a whole number from 1 to 100000000, got "many"/)
  assert.match(message, /workload\.json: payloads: unknown key of a workload\. Did you mean "payload"\?/)
})

test('a file that is not JSON, not an object or missing is reported as such', () => {
  assert.match(
    fault(() => readRequirement({ file: fileWith('{') })).message,
    /ERR_WORKLOAD_INVALID: .*workload\.json: is not a workload: line 1, column 2: /,
  )
  assert.match(fault(() => readRequirement({ file: fileWith('[1]') })).message, /must hold one object, got a list of 1/)
  assert.match(fault(() => readRequirement({ file: join(folder, 'none.json') })).message, /ENOENT/)
})

test('weights: a list of names and numbers, with the nearest name', () => {
  assert.deepEqual(readWeights('latency=3,cpu=1'), { latency: 3, cpu: 1 })
  assert.match(fault(() => readWeights('latancy=3')).message, /--weights: must name one of .*, got "latancy"\. Did you mean "latency"\?/)
  assert.match(fault(() => readWeights('cpu=lots')).message, /--weights: cpu must be a number of at least 0, got "lots"/)
})

test('an answer on a terminal is held to the same bounds as a flag', () => {
  const clients = requirementFields.find(({ key }) => key === 'clients')!
  const told: string[] = []
  assert.equal(
    readAnswer(clients, '50', (text) => told.push(text)),
    50,
  )
  assert.equal(
    readAnswer(clients, 'fifty', (text) => told.push(text)),
    undefined,
  )
  assert.match(told[0]!, /must be a whole number from 1 to 100000000, got "fifty"/)
})

test('every wish of the schema has a flag', () => {
  const keys = Object.keys(requirementSchema.shape).filter((key) => key !== '$schema')
  assert.deepEqual(requirementFields.map(({ key }) => key).toSorted(), keys.toSorted())
  assert.deepEqual(requirementFields.find(({ key }) => key === 'proxy')!.words, requirementSchema.shape.proxy.unwrap().options)
})

test('the newest profile of this machine is taken; another machine is marked; a broken file is refused', () => {
  const own = join(folder, 'profiles')
  const write = (name: string, hash: string, text?: string) =>
    writeFileSync(join(own, name), text ?? JSON.stringify({ ...fixtureProfile(), environmentHash: hash }))
  writeFileSync(join(folder, 'single.json'), JSON.stringify(fixtureProfile()))
  assert.equal(findProfile(folder, 'fixture', join(folder, 'single.json')).isOtherMachine, false)
  assert.equal(findProfile(folder, 'other', join(folder, 'single.json')).isOtherMachine, true)
  mkdirSync(own)
  write('2026-01-01T00-00-00.json', 'mine')
  write('2026-01-02T00-00-00.json', 'mine')
  write('2026-01-03T00-00-00.json', 'theirs')
  const found = findProfile(folder, 'mine')
  assert.deepEqual([found.file, found.isOtherMachine], [join(own, '2026-01-02T00-00-00.json'), false])
  write('2026-01-04T00-00-00.json', '', '{}')
  assert.equal(fault(() => findProfile(folder, 'mine')).code, 'ERR_PROFILE_INVALID')
})

test('a decision record has status, context, decision and consequences, and names the profile', () => {
  const requirement = readRequirement({ ...needed, tabs: '6' })
  const profile = fixtureProfile()
  const text = choiceRecord(choose(profile, requirement), { profile, file: 'results/profiles/reference.json', isOtherMachine: true })
  for (const heading of ['Context', 'Decision', 'Consequences', 'Evidence']) assert.match(text, new RegExp(`^## ${heading}$`, 'm'))
  assert.match(text, /^# Deliver updates by /)
  assert.match(text, /Status: proposed/)
  assert.match(text, /SSE, ruled out: 6 tabs hold 6 of the 6 connections/)
  assert.match(text, /PROFILE OF ANOTHER MACHINE/)
})
