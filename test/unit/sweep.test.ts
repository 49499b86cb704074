import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { HarnessError } from '../../src/core/errors.ts'
import { axisNaming, numericPaths } from '../../src/scenario/axis-path.ts'
import { loadScenario, scenarioJsonSchema } from '../../src/scenario/scenario-file.ts'
import type { ScenarioOverrides } from '../../src/scenario/scenario-overrides.ts'
import { plainScenario } from '../helpers/plain-scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweep-test-'))
after(() => rmSync(folder, { recursive: true }))

const plain = {
  ...plainScenario,
  contenders: [{ transport: 'short-poll', pollIntervalMs: 500 }, { transport: 'sse' }] as Record<string, unknown>[],
}

function load(more: object, overrides?: ScenarioOverrides) {
  const path = join(folder, 'plain.json')
  writeFileSync(path, JSON.stringify({ ...plain, ...more }))
  return loadScenario(path, overrides)
}

function faultsOf(more: object, overrides?: ScenarioOverrides): string[] {
  try {
    load(more, overrides)
  } catch (fault) {
    assert.ok(fault instanceof HarnessError)
    assert.equal(fault.exitCode, 2)
    return fault.message.split('\n').map((line) => line.replace(/^(\w+): \S*plain\.json/, '$1: FILE'))
  }
  assert.fail('the scenario was accepted')
}

function sweepOf(more: object) {
  const { study } = load(more)
  assert.ok(study?.kind === 'sweep')
  return study
}

describe('points of a sweep', () => {
  it('puts each value where its path says, and into nothing else', () => {
    const { points, axes } = sweepOf({ sweep: { 'traffic.messageBytes': [100, 2_000] } })
    assert.deepEqual(
      points.map(({ values, scenario }) => [values, scenario.traffic.messageBytes, scenario.clientCount]),
      [
        [[100], 100, 10],
        [[2_000], 2_000, 10],
      ],
    )
    assert.deepEqual(axes, [{ path: 'traffic.messageBytes', label: 'Message size', unit: 'bytes', values: [100, 2_000] }])
    assert.ok(points.every(({ scenario }) => scenario.sweep === undefined))
  })

  it('makes every combination of two axes, the first slowest', () => {
    const { points } = sweepOf({ sweep: { clientCount: [5, 50], 'traffic.messagesPerSecondPerChannel': [1, 2, 3] } })
    assert.deepEqual(
      points.map(({ scenario }) => [scenario.clientCount, scenario.traffic.messagesPerSecondPerChannel]),
      [
        [5, 1],
        [5, 2],
        [5, 3],
        [50, 1],
        [50, 2],
        [50, 3],
      ],
    )
  })

  it('puts an option into every contender that has it; the others and all names stay the same', () => {
    const { points } = sweepOf({ sweep: { 'contenders.*.pollIntervalMs': [250, 4_000] } })
    assert.deepEqual(
      points.map(({ scenario }) => scenario.contenders.map(({ label, pollIntervalMs }) => [label, pollIntervalMs])),
      [
        [
          ['short-poll', 250],
          ['sse', undefined],
        ],
        [
          ['short-poll', 4_000],
          ['sse', undefined],
        ],
      ],
    )
  })

  it('lets a value bring other settings with it', () => {
    const entry = { value: 30_000, with: { 'phases.measuredMs': 90_000 } }
    const { points } = sweepOf({ sweep: { 'contenders.*.pollIntervalMs': [250, entry] } })
    assert.deepEqual(
      points.map(({ settings, scenario }) => [settings, scenario.phases.measuredMs]),
      [
        [{}, 8_000],
        [{ 'phases.measuredMs': 90_000 }, 90_000],
      ],
    )
  })

  it('takes the place of the values of the file with --sweep', () => {
    const override = { flag: '--sweep', path: ['sweep'], value: { clientCount: [2, 4] }, typed: 'clientCount=2,4', isDuration: false }
    const { study } = load({ sweep: { 'traffic.messageBytes': [100, 200] } }, { values: [override] })
    assert.deepEqual(study?.axes[0]?.values, [2, 4])
  })
})

describe('what is wrong with a sweep', () => {
  for (const [what, sweep, ...expected] of [
    [
      'an unknown path',
      { clientCont: [1, 2] },
      /^ERR_SCENARIO_INVALID: FILE: sweep\.clientCont: "clientCont" is not a setting of a scenario\. Did you mean "clientCount"\? Known: blockCount, clientCount,/,
    ],
    [
      'a path that holds no number',
      { 'traffic.pattern': [1, 2] },
      /sweep\.traffic\.pattern: "traffic\.pattern" is not a number but string; only a numeric setting can be an axis\./,
    ],
    [
      'an option that no contender has',
      { 'contenders.*.holdTimeMs': [100, 200] },
      /no contender of this scenario has this option\. Leave it out\.$/,
    ],
    ['one value', { clientCount: [1] }, /sweep\.clientCount: must be a list of 2 to 20 entries, got a list of 1\.$/],
    ['21 values', { clientCount: Array.from({ length: 21 }, (_, at) => at + 1) }, /must be a list of 2 to 20 entries, got a list of 21\.$/],
    [
      'a value that is no number',
      { clientCount: [1, 'two'] },
      /sweep\.clientCount\[1\]: must be a number or an object with the keys value, with, got "two"\.$/,
    ],
    ['a value given twice', { clientCount: [7, 8, 7] }, /sweep\.clientCount\[2\]: 7 is given twice\. Give each value once\.$/],
    ['three axes', { clientCount: [1, 2], seed: [1, 2], blockCount: [1, 2] }, /sweep: must have one or 2 axes/],
    ['no axis', {}, /sweep: must have one or 2 axes/],
    [
      'values that make invalid scenarios, one fault each',
      { clientCount: [0, 1, 1.5] },
      /sweep\.clientCount\[0\]: 0 makes an invalid scenario: clientCount: must be a whole number from 1 to 1000000, got 0\.$/,
      /sweep\.clientCount\[2\]: 1\.5 makes an invalid scenario: clientCount: must be a whole number from 1 to 1000000, got 1\.5\.$/,
    ],
    [
      'a combination that makes an invalid scenario',
      { clientCount: [5, 50], clientHostCount: [1, 8] },
      /sweep: the point clientCount 5, clientHostCount 8 is an invalid scenario: clientHostCount: must be at most clientCount \(5\)/,
    ],
    [
      'a setting that comes with a value and is none',
      { clientCount: [1, { value: 2, with: { 'phases.measured': 5 } }] },
      /sweep\.clientCount\[1\]\.with\.phases\.measured: "phases\.measured" is not a setting of a scenario\./,
    ],
  ] as [string, object, ...RegExp[]][]) {
    it(`refuses ${what}`, () => {
      const faults = faultsOf({ sweep })
      assert.equal(faults.length, expected.length, faults.join('\n'))
      for (const [at, pattern] of expected.entries()) assert.match(faults[at]!, pattern)
    })
  }

  it('refuses a flag that sets what the sweep varies', () => {
    const clients = { flag: '--clients', path: ['clientCount'], value: 5, typed: '5', isDuration: false }
    assert.deepEqual(faultsOf({ sweep: { clientCount: [1, 2] } }, { values: [clients] }), [
      'ERR_USAGE: --clients: clientCount is an axis of this scenario, so a flag cannot set it. Set its values with --sweep clientCount=….',
    ])
  })
})

describe('what is wrong with a search', () => {
  const good = { axis: 'clientCount', from: 1, to: 10, limits: { lostCount: 0 } }
  for (const [what, search, expected] of [
    ['an unknown axis', { ...good, axis: 'clients' }, /search\.axis: "clients" is not a setting of a scenario\./],
    ['an end below the start', { ...good, to: 1 }, /search\.to: must be larger than "from"\.$/],
    ['no limit', { ...good, limits: {} }, /search\.limits: must name at least one limit/],
    ['an end that makes an invalid scenario', { ...good, to: 2e6 }, /search\.to: 2000000 makes an invalid scenario: clientCount: must be/],
  ] as [string, object, RegExp][]) {
    it(`refuses ${what}`, () => assert.match(faultsOf({ search })[0]!, expected))
  }

  it('refuses a search beside a sweep', () => {
    assert.match(faultsOf({ search: good, sweep: { clientCount: [1, 2] } })[0]!, /search: cannot be used together with "sweep"/)
  })

  it('runs each step with one contender in one block, under the limits of the search', () => {
    const { study } = load({ search: good, limits: { lostCount: 5 }, blockCount: 3 })
    assert.ok(study?.kind === 'search')
    const { scenario } = study.at(7, 'sse')
    assert.deepEqual(
      [scenario.clientCount, scenario.blockCount, scenario.limits, scenario.contenders.map(({ label }) => label)],
      [7, 1, { lostCount: 0 }, ['sse']],
    )
    assert.equal(study.isWhole, true)
  })
})

describe('axes', () => {
  it('knows every numeric setting, and none of the study itself', () => {
    const paths = numericPaths(scenarioJsonSchema())
    for (const path of [
      'clientCount',
      'traffic.messagesPerSecondPerChannel',
      'phases.measuredMs',
      'contenders.*.holdTimeMs',
      'contenders.*.pollIntervalMs',
    ])
      assert.ok(paths.includes(path), path)
    assert.deepEqual(
      paths.filter((path) => /^(sweep|search|limits|matters|quick)/.test(path)),
      [],
    )
  })

  it('names them for readers', () => {
    assert.deepEqual(axisNaming('contenders.*.pollIntervalMs'), { label: 'Poll interval', unit: 'ms' })
    assert.deepEqual(axisNaming('clientCount'), { label: 'Clients', unit: '' })
    assert.deepEqual(axisNaming('traffic.messagesPerSecondPerChannel'), { label: 'Messages per second per channel', unit: '' })
  })
})
