import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { durationText, parseDurationMs } from '../../src/text/duration-text.ts'
import { nearestName } from '../../src/text/nearest-name.ts'
import { flagHint, overridesOf, parsePort } from '../../src/cli/flags.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'

describe('durations', () => {
  it('reads units, fractions and bare seconds', () => {
    const texts = ['500ms', '5s', '5', '5m', '1h', '0', '1.5', '2.3', '0.25s']
    assert.deepEqual(texts.map(parseDurationMs), [500, 5_000, 5_000, 300_000, 3_600_000, 0, 1_500, 2_300, 250])
  })

  it('reads nothing else', () => {
    for (const text of ['', ' ', '-5', '5M', '5 s', 's', '1e3', '0x10', '1,5', '.5', '5.', 'abc', 'Infinity', '5ss', '٥']) {
      assert.equal(parseDurationMs(text), undefined, text)
    }
  })

  it('writes durations in the unit that fits', () => {
    assert.deepEqual([0, 250, 1_500, 25_000, 90_000, 300_000, 86_400_000].map(durationText), [
      '0 ms',
      '250 ms',
      '1.5 s',
      '25 s',
      '90 s',
      '5 min',
      '24 h',
    ])
  })
})

describe('flags', () => {
  it('turn into values of the scenario, and stay text where they are no number', () => {
    const { values, transports } = overridesOf({
      clients: '1e3',
      rate: '0.5',
      warmup: '0',
      measured: '5m',
      seed: '0x10',
      blocks: '10,000',
      transports: 'sse, websocket',
    })
    assert.deepEqual(Object.fromEntries(values.map(({ path, value }) => [path.join('.'), value])), {
      clientCount: 1_000,
      'traffic.messagesPerSecondPerChannel': 0.5,
      'phases.warmUpMs': 0,
      'phases.measuredMs': 300_000,
      seed: '0x10',
      blockCount: '10,000',
    })
    assert.deepEqual(transports, ['sse', 'websocket'])
  })

  it('set a switch of the scenario', () => {
    const { values } = overridesOf({ inPhase: true })
    assert.deepEqual(values, [{ flag: '--in-phase', path: ['inPhase'], isDuration: false, typed: '--in-phase', value: true }])
  })

  it('that are not given change nothing', () => {
    assert.deepEqual(overridesOf({ out: 'results' }), { values: [], transports: undefined })
  })

  it('are offered by nearness and by the words of other tools', () => {
    const known = ['--clients', '--measured', '--out']
    assert.deepEqual(
      ['--client', '-clients', '--conections', '--duration', '--outt', '--xyzzyxyzzy'].map((typed) => flagHint(typed, known)),
      [
        ' Did you mean "--clients"?',
        ' Did you mean "--clients"?',
        ' Did you mean "--clients"?',
        ' Did you mean "--measured"?',
        ' Did you mean "--out"?',
        '',
      ],
    )
  })

  it('take ports from 0 to 65535', () => {
    assert.equal(parsePort('0'), 0)
    for (const typed of ['65536', '-1', '1.5', '', 'http', '0x50'])
      assert.throws(() => parsePort(typed), /ERR_USAGE: --port: must be a whole number from 0/, typed)
  })
})

describe('a flag with a wrong number', () => {
  const wrong: Record<string, string[]> = {
    '--clients': ['0', '-5', '1.5', 'abc', '1e9', '', '10,000', '0x10'],
    '--measured': ['0', '-5', 'abc', '1e9', '', '5M', '10,000', '0x10', '249ms', '25h'],
    '--warmup': ['-5', 'abc', '', '5M', '61m'],
    '--blocks': ['0', '-5', '1.5', 'abc', '1e9', '', '10,000', '0x10'],
    '--rate': ['-5', 'abc', '1e9', '', '10,000', '0x10'],
    '--seed': ['-5', '1.5', 'abc', '1e12', ''],
  }
  for (const [flag, values] of Object.entries(wrong)) {
    it(`is refused: ${flag} ${values.map((value) => JSON.stringify(value)).join(', ')}`, () => {
      for (const value of values) {
        const refusal = { code: 'ERR_USAGE', message: new RegExp(`^ERR_USAGE: ${flag}: must be .*, got "${value}"`) }
        assert.throws(() => loadScenario('smoke', overridesOf({ [flag.slice(2)]: value })), refusal)
      }
    })
  }
})

describe('nearestName', () => {
  const names = ['short-poll', 'long-poll', 'sse', 'websocket']

  it('finds slips of the hand and beginnings', () => {
    assert.deepEqual(
      ['websockets', 'WebSocket', 'see', 'longpoll', 'web', 'shrot-poll'].map((word) => nearestName(word, names)),
      ['websocket', 'websocket', 'sse', 'long-poll', 'websocket', 'short-poll'],
    )
  })

  it('offers nothing that is far', () => {
    for (const word of ['', 'kafka', 'xyz', 'mqtt-over-quic']) assert.equal(nearestName(word, names), undefined, word)
  })
})
