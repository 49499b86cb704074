import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { HarnessError } from '../../src/core/errors.ts'
import { namesOf, openFile } from '../../src/scenario/open-file.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import type { Override, ScenarioOverrides } from '../../src/scenario/scenario-overrides.ts'
import { plainScenario } from '../helpers/plain-scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'scenario-test-'))
after(() => rmSync(folder, { recursive: true }))

const plain = {
  ...plainScenario,
  contenders: [{ transport: 'sse' }, { transport: 'websocket' }] as Record<string, unknown>[],
}

function file(content: unknown, name = 'plain.json'): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function faultsOf(content: unknown, overrides?: ScenarioOverrides): string[] {
  const path = file(content)
  try {
    loadScenario(path, overrides)
  } catch (fault) {
    assert.ok(fault instanceof HarnessError)
    assert.equal(fault.exitCode, 2)
    return fault.message.split('\n').map((line) => line.replace(path, 'FILE'))
  }
  assert.fail('the scenario was accepted')
}

function flag(name: string, path: string[], value: unknown): Override {
  return { flag: name, path, value, typed: String(value), isDuration: false }
}

// Node turns a delay above 2^31 − 1 ms into 1 ms, and a hold or heartbeat into a busy loop.
describe('delays that no timer can keep', () => {
  const contender = (more: string) => `{"transport":"long-poll",${more}}`
  const withContender = (text: string) => JSON.stringify({ ...plain, contenders: ['HERE'] }).replace('"HERE"', text)

  for (const [more, wrong] of [
    ['"holdTimeMs":2147483648', 'holdTimeMs: must be a whole number from 50 to 2147483647, got 2147483648'],
    ['"backoffCapMs":1e10', 'backoffCapMs: must be a whole number from 1 to 2147483647, got 10000000000'],
    // JSON has no Infinity, but this is one.
    ['"backoffBaseMs":1e999', 'backoffBaseMs: must be a whole number from 1 to 2147483647, got Infinity'],
  ] as const) {
    it(`refuses ${more} and names the most`, () => {
      assert.deepEqual(faultsOf(withContender(contender(more))), [`ERR_CONTENDER_OPTION: FILE: contenders[0].${wrong}.`])
    })
  }

  it('refuses a heartbeat of Infinity', () => {
    assert.deepEqual(faultsOf(withContender('{"transport":"sse","heartbeatMs":1e999}')), [
      'ERR_CONTENDER_OPTION: FILE: contenders[0].heartbeatMs: must be a whole number from 50 to 2147483647, got Infinity.',
    ])
  })

  it('takes the most that a timer keeps', () => {
    assert.equal(
      loadScenario(file(withContender(contender('"holdTimeMs":2147483647')))).scenario.contenders[0]!['holdTimeMs'],
      2_147_483_647,
    )
  })

  it('refuses 25 days of measuring and names the most', () => {
    assert.deepEqual(faultsOf({ ...plain, phases: { measuredMs: 2_160_000_000 } }), [
      'ERR_SCENARIO_INVALID: FILE: phases.measuredMs: must be a whole number from 250 to 86400000, got 2160000000.',
    ])
  })
})

describe('loadScenario', () => {
  it('fills in defaults, labels contenders and says where each value came from', () => {
    const { name, scenario, sources, warnings } = loadScenario(file(plain), { values: [flag('--clients', ['clientCount'], 20)] })
    assert.equal(name, 'plain')
    assert.equal(scenario.clientCount, 20)
    assert.equal(scenario.blockCount, 3)
    assert.deepEqual(
      scenario.contenders.map((contender) => [contender.label, contender.heartbeatMs]),
      [
        ['sse', 15_000],
        ['websocket', 15_000],
      ],
    )
    assert.equal('$schema' in scenario, false)
    assert.deepEqual(
      [
        'clientCount',
        'traffic.pattern',
        'traffic.arrivals',
        'phases.measuredMs',
        'contenders[0].transport',
        'contenders[0].heartbeatMs',
      ].map((path) => sources[path]),
      ['flag', 'file', 'default', 'default', 'file', 'default'],
    )
    assert.deepEqual(warnings, [])
  })

  it('loads every scenario that comes with the package', () => {
    assert.ok(
      ['notifications', 'smoke'].every((name) => namesOf('scenario').includes(name)),
      String(namesOf('scenario')),
    )
    for (const name of namesOf('scenario')) assert.equal(loadScenario(name).name, name)
  })

  it('reports every issue at once, with place, value, what is allowed and the nearest name', () => {
    const faults = faultsOf({
      ...plain,
      clientCount: 0,
      traffic: { ...plain.traffic, pattern: 'brodcast', messageBytes: 1.5 },
      contenders: [{ transport: 'long-poll', holdTimeMS: 5 }, { transport: 'websockets' }, { transport: 'sse', heartbeatMs: '5' }],
      phase: {},
      matters: { serverCpus: { ratio: 1.1 }, serverCpu: { ratio: 1 } },
    })
    const expected = [
      /^ERR_SCENARIO_INVALID: FILE: clientCount: must be a whole number from 1 to 1000000, got 0\.$/,
      /^ERR_SCENARIO_INVALID: FILE: traffic\.pattern: must be one of "unicast", "broadcast", "rooms", "topics", "jobs", got "brodcast"\. Did you mean "broadcast"\?$/,
      /^ERR_SCENARIO_INVALID: FILE: traffic\.messageBytes: must be a whole number from 16 to 1048576, got 1\.5\.$/,
      /^ERR_CONTENDER_OPTION: FILE: contenders\[0\]\.holdTimeMS: unknown key.* Did you mean "holdTimeMs"\?/,
      /^ERR_CONTENDER_OPTION: FILE: contenders\[1\]\.transport: must be one of .*, got "websockets"\. Did you mean "websocket"\?$/,
      /^ERR_CONTENDER_OPTION: FILE: contenders\[2\]\.heartbeatMs: must be a whole number from 50 to 2147483647, got "5"\.$/,
      /^ERR_SCENARIO_INVALID: FILE: matters\.serverCpu\.ratio: must be a number above 1 and at most 100, got 1\.$/,
      /^ERR_SCENARIO_INVALID: FILE: matters\.serverCpus: unknown key.* Did you mean "serverCpu"\?/,
      /^ERR_SCENARIO_INVALID: FILE: phase: unknown key.* Did you mean "phases"\?/,
    ]
    for (const pattern of expected)
      assert.ok(
        faults.some((line) => pattern.test(line)),
        `no line like ${pattern.source} in\n${faults.join('\n')}`,
      )
    assert.equal(faults.length, expected.length)
  })

  it('names what is missing', () => {
    const { title: _, ...untitled } = plain
    assert.deepEqual(faultsOf(untitled), ['ERR_SCENARIO_INVALID: FILE: title: is missing; it must be a string of 1 to 200 characters.'])
    assert.match(faultsOf({ ...plain, contenders: [{}] })[0]!, /contenders\[0\]\.transport: is missing; it must be one of "short-poll", /)
  })

  it('blames the flag, not the file, for what the flag set', () => {
    const faults = faultsOf(plain, { values: [flag('--clients', ['clientCount'], 0), flag('--measured', ['phases', 'measuredMs'], 'abc')] })
    assert.match(faults[0]!, /^ERR_USAGE: --clients: must be a whole number from 1 to 1000000, got "0"\.$/)
    assert.match(faults[1]!, /^ERR_USAGE: --measured: must be .*, got "abc"\./)
  })

  it('keeps the transports of --transports, in their order, with all contenders of each', () => {
    const contenders = [{ transport: 'sse' }, { transport: 'websocket' }, { transport: 'sse', heartbeatMs: 500 }]
    const { scenario, sources } = loadScenario(file({ ...plain, contenders }), { values: [], transports: ['websocket', 'sse'] })
    assert.deepEqual(
      scenario.contenders.map((contender) => contender.label),
      ['websocket', 'sse, heartbeat 15 s', 'sse, heartbeat 500 ms'],
    )
    assert.equal(sources.contenders, 'flag')
  })

  it('refuses unknown, repeated and absent transports together with the faults of the file', () => {
    const faults = faultsOf({ ...plain, clientCount: -5 }, { values: [], transports: ['websockets', 'sse', 'sse', 'long-poll'] })
    assert.match(faults[0]!, /^ERR_USAGE: --transports: unknown transport "websockets"; .* Did you mean "websocket"\?$/)
    assert.match(faults[1]!, /"sse" is named twice/)
    assert.match(faults[2]!, /"long-poll" has no contender in this scenario, only sse, websocket/)
    assert.match(faults[3]!, /clientCount/)
  })

  it('labels contenders of one transport by what differs, and refuses labels that are the same', () => {
    const labels = (contenders: unknown[]) =>
      loadScenario(file({ ...plain, contenders })).scenario.contenders.map((contender) => contender.label)
    assert.deepEqual(labels([{ transport: 'long-poll' }, { transport: 'long-poll', holdTimeMs: 500 }]), [
      'long-poll, hold 25 s',
      'long-poll, hold 500 ms',
    ])
    assert.deepEqual(labels([{ transport: 'sse', compression: true }, { transport: 'sse' }]), ['sse, compression', 'sse, no compression'])
    assert.deepEqual(
      labels([{ transport: 'websocket' }, { transport: 'sse', batchWindowMs: 50 }, { transport: 'websocket', batchWindowMs: 50 }]),
      ['websocket, no batch window', 'sse, batch window 50 ms', 'websocket, batch window 50 ms'],
    )
    assert.deepEqual(labels([{ transport: 'sse', heartbeatMs: 500 }, { transport: 'websocket' }]), ['sse, heartbeat 500 ms', 'websocket'])
    assert.deepEqual(labels([{ transport: 'sse', label: 'one' }, { transport: 'websocket' }]), ['one', 'websocket'])
    assert.match(
      faultsOf({ ...plain, contenders: [{ transport: 'sse' }, { transport: 'sse' }] })[0]!,
      /contenders\[1\]\.label: "sse" is also the label of contenders\[0\]/,
    )
    assert.match(
      faultsOf({ ...plain, contenders: [{ transport: 'sse', label: 'websocket' }, { transport: 'websocket' }] })[0]!,
      /is also the label of/,
    )
  })

  it('refuses labels that a reader cannot tell apart, or that show nothing', () => {
    const labels = ['caf\u00e9', 'caf\u00e9 ', 'cafe\u0301', 'ca\u200bf\u00e9', 'cafe\u200d\u0301', '   ', '\u00a0\u2060', 'Caf\u00e9']
    const faults = faultsOf({ ...plain, contenders: labels.map((label) => ({ transport: 'sse', label })) })
    const unseen = ', apart from invisible characters'
    const twin = (label: string, more = '') => `"${label}" is also the label of contenders[0]${more}. Give each contender its own label.`
    const nothing = 'has no visible characters. Write a text that a reader can see.'
    assert.deepEqual(
      faults,
      [twin('caf\u00e9'), twin('caf\u00e9'), twin('ca\u200bf\u00e9', unseen), twin('cafe\u200d\u0301', unseen), nothing, nothing].map(
        (text, index) => `ERR_CONTENDER_OPTION: FILE: contenders[${index + 1}].label: ${text}`,
      ),
    )
    assert.deepEqual(faultsOf({ ...plain, title: ' \u200b' }), [`ERR_SCENARIO_INVALID: FILE: title: ${nothing}`])
  })

  it('keeps a label as it was meant: composed, and without the blanks around it', () => {
    const { scenario } = loadScenario(file({ ...plain, contenders: [{ transport: 'sse', label: ' cafe\u0301 au lait ' }] }))
    assert.equal(scenario.contenders[0]!.label, 'caf\u00e9 au lait')
  })

  it('replaces lone surrogates and control characters in names', () => {
    const path = file(
      `{"title":"a\\ud800b\\u001b[31m","question":"q","clientCount":1,"traffic":{"pattern":"unicast","messagesPerSecondPerChannel":1000},"contenders":[{"transport":"sse","label":"\\udc00"}]}`,
    )
    const { scenario } = loadScenario(path)
    assert.equal(scenario.title, 'a\ufffdb\ufffd[31m')
    assert.equal(scenario.contenders[0]!.label, '\ufffd')
  })

  it('refuses values that are allowed alone but not together', () => {
    assert.match(
      faultsOf({ ...plain, clientCount: 2, clientHostCount: 4 })[0]!,
      /clientHostCount: must be at most clientCount \(2\), got 4/,
    )
    assert.match(
      faultsOf({ ...plain, traffic: { ...plain.traffic, burstCount: 2 } })[0]!,
      /burstCount: has no effect with arrivals "poisson"/,
    )
    assert.match(
      faultsOf({ ...plain, traffic: { ...plain.traffic, arrivals: 'burst' } })[0]!,
      /burstCount: is needed with arrivals "burst"/,
    )
    assert.match(
      faultsOf({ ...plain, matters: { serverCpu: { ratio: 1.1, floorMs: 1 } } })[0]!,
      /floorMs: is not the unit of this figure\..* "floorMsPerSecond"/,
    )
    assert.match(
      faultsOf({ ...plain, contenders: [{ transport: 'sse', backoffBaseMs: 50, backoffCapMs: 10 }] })[0]!,
      /backoffCapMs: must be at least backoffBaseMs \(50\), got 10/,
    )
  })

  it('warns of a trial with too few pairs to be judged', () => {
    const { warnings } = loadScenario(file({ ...plain, traffic: { pattern: 'unicast', messagesPerSecondPerChannel: 1 } }))
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['WARN_PAIRS_FEW'],
    )
  })

  it('distinguishes a file that is missing, not JSON or not an object', () => {
    assert.throws(
      () => loadScenario(join(folder, 'nowhere.json')),
      /^HarnessError: ERR_SCENARIO_UNKNOWN: .*nowhere\.json: cannot be read: ENOENT/,
    )
    assert.throws(() => loadScenario(file('{"a":')), /ERR_SCENARIO_INVALID: .*: is not a scenario: /)
    assert.throws(() => loadScenario(file('[]')), /the file must hold one object/)
    assert.throws(() => loadScenario('notificatons'), /Did you mean "notifications"\? Known: /)
    assert.throws(() => openFile('doktor', ['doctor']), /Did you mean "doctor"\?/)
  })

  it('keeps file names out of the name of results', () => {
    assert.equal(loadScenario(file(plain, 'my scenario!.json')).name, 'my-scenario-')
  })

  it('refuses a key named __proto__ like any other', () => {
    assert.match(faultsOf(JSON.stringify(plain).replace('{', '{"__proto__":{"clientCount":1},'))[0]!, /__proto__: unknown key/)
  })
})

describe('the quick form of a scenario', () => {
  const withQuick = {
    ...plain,
    clientCount: 1_000,
    phases: { warmUpMs: 2_000, measuredMs: 8_000 },
    limits: { lostCount: 0 },
    quick: { clientCount: 50, phases: { measuredMs: 1_000 }, limits: null, contenders: [{ transport: 'sse' }] },
  }

  it('is merged over the file as a JSON merge patch, and only when it is asked for', () => {
    const full = loadScenario(file(withQuick)).scenario
    assert.deepEqual(
      [full.clientCount, full.phases, full.limits, full.contenders.length],
      [1_000, { warmUpMs: 2_000, measuredMs: 8_000 }, { lostCount: 0 }, 2],
    )
    const { scenario, sources } = loadScenario(file(withQuick), { values: [], isQuick: true })
    assert.deepEqual(
      [scenario.clientCount, scenario.phases, scenario.limits, scenario.contenders.length],
      [50, { warmUpMs: 2_000, measuredMs: 1_000 }, {}, 1],
    )
    assert.deepEqual(
      [sources['clientCount'], sources['phases.warmUpMs'], sources['phases.measuredMs'], sources['seed']],
      ['quick', 'file', 'quick', 'default'],
    )
    assert.equal('quick' in scenario, false)
  })

  it('stands under the flags', () => {
    const { scenario, sources } = loadScenario(file(withQuick), { values: [flag('--clients', ['clientCount'], 7)], isQuick: true })
    assert.deepEqual([scenario.clientCount, sources['clientCount']], [7, 'flag'])
  })

  it('is refused with its place when it cannot run, also when the whole form is asked for', () => {
    const wrong = { ...withQuick, quick: { clientCount: 0, phases: { measured: 1 } } }
    const faults = [
      'ERR_SCENARIO_INVALID: FILE: quick.clientCount: must be a whole number from 1 to 1000000, got 0.',
      'ERR_SCENARIO_INVALID: FILE: quick.phases.measured: unknown key. Did you mean "measuredMs"? Known here: warmUpMs, measuredMs.',
    ]
    assert.deepEqual(faultsOf(wrong), faults)
    assert.deepEqual(faultsOf(wrong, { values: [], isQuick: true }), faults)
  })

  it('is missed where there is none', () => {
    assert.deepEqual(faultsOf(plain, { values: [], isQuick: true }), [
      'ERR_USAGE: --quick: FILE has no quick form. Leave the flag out, or add "quick" to the file.',
    ])
  })
})

describe('the scenarios that come with the package', () => {
  for (const name of namesOf('scenario')) {
    it(`${name} says who has it, what kind it is, and has a quick form`, () => {
      const { story, group } = loadScenario(name, { values: [], isQuick: true }).scenario
      assert.notEqual(story, undefined)
      assert.notEqual(group, undefined)
    })
  }
})
