import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { bench, refusalOf } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-usage-'))
after(() => rmSync(folder, { recursive: true }))
const out = join(folder, 'out')

/** Exit 2, nothing on stdout, no process, no file, and the message. */
async function refused(words: string[], ...patterns: RegExp[]): Promise<void> {
  const stderr = await refusalOf(words, { cwd: folder })
  assert.equal(existsSync(out), false)
  assert.equal(existsSync(join(folder, 'results')), false)
  for (const pattern of patterns) assert.match(stderr, pattern)
}

describe('bench with a wrong word', () => {
  const cases: [string, string[], RegExp][] = [
    [
      'an unknown flag',
      ['smoke', '--conections', '500'],
      /^ERR_USAGE: --conections: unknown option of "bench run"\. Did you mean "--clients"\?/,
    ],
    ['a flag without its s', ['smoke', '--client=500'], /--client: .* Did you mean "--clients"\?/],
    ['one dash', ['smoke', '-clients', '500'], /-clients: .* Did you mean "--clients"\?/],
    ['an extra word', ['smoke', 'extra', '--out', out], /"extra": unexpected after/],
    ['a flag given twice', ['smoke', '--clients', '5', '--clients', '6'], /--clients: given twice/],
    ['a switch given twice', ['smoke', '--json', '--json'], /--json: given twice/],
    ['a number of retries that is none', ['smoke', '--retries', 'many'], /--retries: must be a whole number from 0 to 10, got "many"/],
    ['a flag without its value', ['smoke', '--clients'], /--clients/],
    ['a flag of another command', ['list', '--clients', '5'], /--clients: unknown option of "bench list"/],
    ['a misspelt scenario', ['smok'], /ERR_SCENARIO_UNKNOWN: unknown scenario "smok"\. Did you mean "smoke"\?/],
    ['a misspelt command', ['doktor'], /Did you mean "doctor"\?/],
    [
      'a misspelt transport',
      ['smoke', '--transports', 'sse,websockets'],
      /--transports: unknown transport "websockets"; .* Did you mean "websocket"\?/,
    ],
    ['a misspelt choice', ['smoke', '--namespace', 'of'], /--namespace: must be one of "auto", "off", got "of"\. Did you mean "off"\?/],
    ['an unknown transport to serve', ['serve', 'web-socket'], /unknown transport "web-socket"; .* Did you mean "websocket"\?/],
    ['an unknown check', ['calibrate', 'K2X', '--out', out], /^ERR_USAGE: "K2X": unknown check; .* Did you mean "K2\d"\?/],
    ['a folder without a result', ['report', folder], /ERR_RESULT_INVALID: .*result\.json: is not a result document/],
    ['no scenario', [], /missing <scenario>/],
  ]
  for (const [name, words, pattern] of cases) it(`refuses ${name}`, () => refused(words, pattern))

  it('reports every issue of a scenario file at once, with its place and the nearest key', async () => {
    const file = join(folder, 'faulty.json')
    writeFileSync(
      file,
      JSON.stringify({
        title: 'Faulty',
        question: 'q',
        clientCount: 5,
        traffic: { pattern: 'unicast', messagesPerSecondPerChanel: 1 },
        contenders: [{ transport: 'long-poll', holdTimeMS: 500 }, { transport: 'websockets' }],
      }),
    )
    await refused(
      [file, '--out', out],
      /faulty\.json: traffic\.messagesPerSecondPerChannel: is missing/,
      /traffic\.messagesPerSecondPerChanel: unknown key.* Did you mean "messagesPerSecondPerChannel"\?/,
      /contenders\[0\]\.holdTimeMS: .* Did you mean "holdTimeMs"\?/,
      /contenders\[1\]\.transport: must be one of .*, got "websockets"\. Did you mean "websocket"\?/,
    )
  })
})

describe('bench with a wrong number', () => {
  // Those that a parser of command lines might take for something else; test/unit/cli-flags.test.ts has more for each flag.
  const wrong = ['-5', '', '1e9']
  for (const value of wrong) {
    it(`refuses ${JSON.stringify(value)} clients and says what is allowed`, () =>
      refused(
        ['smoke', '--clients', value, '--out', out],
        new RegExp(`^ERR_USAGE: --clients: must be a whole number from 1 to 1000000, got "${value}"`),
      ))
  }
  for (const flag of ['--measured', '--warmup', '--blocks', '--rate', '--seed']) {
    it(`refuses ${flag} -5`, () => refused(['smoke', flag, '-5', '--out', out], new RegExp(`^ERR_USAGE: ${flag}: must be .*, got "-5"`)))
  }

  it('refuses 25 days, which no timer of Node keeps, and names the most', () =>
    refused(['smoke', '--measured', '25d', '--out', out], /^ERR_USAGE: --measured: must be a duration from 250 ms to 24 h, got "25d"/))

  it('accepts 0 where it makes sense, and 5m as 300 s', async () => {
    const { code, stdout } = await bench(['show', 'smoke', '--warmup', '0', '--measured', '5m', '--rate', '0', '--seed', '0', '--json'])
    assert.equal(code, 0)
    const { scenario, sources } = JSON.parse(stdout) as {
      scenario: { phases: object; seed: number; traffic: { messagesPerSecondPerChannel: number } }
      sources: Record<string, string>
    }
    assert.deepEqual(scenario.phases, { warmUpMs: 0, measuredMs: 300_000 })
    assert.equal(scenario.traffic.messagesPerSecondPerChannel, 0)
    assert.deepEqual(
      [sources['phases.warmUpMs'], sources.seed, sources.clientCount, sources['contenders[0].timeoutMarginMs']],
      ['flag', 'flag', 'file', 'default'],
    )
  })

  it('refuses more client hosts than clients', async () => {
    const file = join(folder, 'hosts.json')
    writeFileSync(
      file,
      JSON.stringify({
        title: 't',
        question: 'q',
        clientCount: 9,
        clientHostCount: 4,
        traffic: { pattern: 'unicast', messagesPerSecondPerChannel: 1 },
        contenders: [{ transport: 'sse' }],
      }),
    )
    await refused([file, '--clients', '2', '--out', out], /clientHostCount: must be at most clientCount \(2\), got 4/)
  })
})

describe('bench', () => {
  it('prints help and version on stdout', async () => {
    const help = await bench(['--help'])
    assert.equal(help.code, 0)
    for (const word of ['--clients', '--transports', '--measured', 'serve', 'report', 'doctor', 'seconds'])
      assert.ok(help.stdout.includes(word), word)
    assert.match((await bench(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
  })

  it('lists scenarios and transports', async () => {
    const { stdout } = await bench(['list'])
    for (const name of ['notifications', 'smoke', 'short-poll', 'long-poll', 'sse', 'websocket']) assert.ok(stdout.includes(name), name)
  })

  it('says what the machine can do, a line each', async () => {
    const { code, stdout } = await bench(['doctor'])
    assert.equal(code, 0)
    for (const line of stdout.trimEnd().split('\n')) assert.match(line, /^(ok {2}|warn) {2}\w+ +\S/)
  })

  it('refuses a folder that cannot be written, before anything starts', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await refused(['smoke', '--out', file], /ERR_RESULT_UNWRITABLE: .* Choose another folder with --out/)
    await refused(['smoke', '--out', '/proc/nowhere'], /ERR_RESULT_UNWRITABLE/)
    assert.ok(!readdirSync(folder).includes('results'))
  })
})
