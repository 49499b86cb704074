import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fixtureProfile } from '../golden/fixture-profile.ts'
import { bench, startBench, type Ended } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'choose-'))
const profile = join(folder, 'profile.json')
writeFileSync(profile, JSON.stringify(fixtureProfile()))
after(() => rmSync(folder, { recursive: true, force: true }))

const stated = ['--clients', '50000', '--messages-per-second', '0.2', '--payload', '300', '--staleness', '2s', '--fan-out', 'broadcast']

const choose = (...words: readonly string[]): Promise<Ended> => bench(['choose', '--profile', profile, ...words], { cwd: folder })

test('choose answers from a stored profile: recommendation first, then constraints, predictions, break-even, plan', async () => {
  const { code, stdout } = await choose(...stated, '--tabs', '3', '--full')
  assert.equal(code, 0)
  assert.match(stdout, /^Choose .*SSE/)
  assert.match(stdout, /If updates may be [^\n]* old or more, choose short polling instead of SSE\.$/m)
  assert.match(stdout, /instances: 5 processes/)
  assert.match(stdout, /PROFILE\s+OF\s+ANOTHER\s+MACHINE/)
})

test('--charts draws cost by clients and the map, and the record shows them', async () => {
  const record = join(folder, 'adr', '0008-transport.md')
  mkdirSync(join(folder, 'adr'))
  const charts = join(folder, 'adr', '0008 charts')
  const { code, stderr } = await choose(...stated, '--tabs', '6', '--adr', record, '--charts', charts)
  assert.equal(code, 0)
  assert.deepEqual(readdirSync(charts).toSorted(), ['cheapest-by-rate-and-age.png', 'cost-by-clients.png'])
  const pngHead = '89504e470d0a1a0a'
  for (const file of readdirSync(charts)) assert.equal(readFileSync(join(charts, file)).subarray(0, 8).toString('hex'), pngHead)
  assert.match(
    readFileSync(record, 'utf8'),
    /!\[How does the cost grow with the number of clients\?\]\(0008%20charts\/cost-by-clients\.png\)/,
  )
  assert.match(stderr, /Written: .*0008-transport\.md, .*cost-by-clients\.png/)
})

test('--json prints the answer and nothing else, and --adr writes the record', async () => {
  const record = join(folder, '0007-transport.md')
  const { code, stdout } = await choose(...stated, '--json', '--adr', record)
  assert.equal(code, 0)
  const answer = JSON.parse(stdout) as {
    recommendation: { transport: string }
    predictions: unknown[]
    profile: { isOtherMachine: boolean }
  }
  assert.equal(answer.recommendation.transport, 'sse')
  assert.equal(answer.predictions.length, 4)
  assert.equal(answer.profile.isOtherMachine, true)
  assert.match(readFileSync(record, 'utf8'), /^# Deliver updates by SSE\n/)
})

test('without anything stated and without a terminal the flags are named', async () => {
  const { code, stderr, stdout } = await choose()
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /ERR_USAGE: choose: no workload was given.*--clients <N> --messages-per-second <N> --staleness <DURATION>/)
})

test('an unknown flag is refused with the nearest', async () => {
  const { code, stderr } = await choose(...stated, '--stalenes', '2s')
  assert.equal(code, 2)
  assert.match(stderr, /Did you mean "--staleness"\?/)
})

test('no transport that meets what is asked ends with 5', async () => {
  const wishes = [
    '--clients',
    '100',
    '--messages-per-second',
    '1',
    '--staleness',
    '50ms',
    '--binary',
    'yes',
    '--proxy',
    'no-upgrade',
    '--tabs',
    '6',
  ]
  const { code, stdout } = await choose(...wishes)
  assert.equal(code, 5)
  assert.match(stdout, /^No transport meets the requirements/m)
})

test('an interrupted profile keeps nothing, and ends with 130', async () => {
  const out = join(folder, 'out')
  mkdirSync(out)
  const running = startBench(['profile', '--quick', '--out', out], { cwd: folder })
  await running.says(' 1 of ')
  running.child.kill('SIGINT')
  const { code, stderr } = await running.ended
  assert.equal(code, 130)
  // 11 points of four transports, and polls in phase.
  assert.match(stderr, /45 trials, about [\d.]+ min/)
  assert.deepEqual(readdirSync(join(out, 'profiles')), [])
})
