import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { studySchema, type StudyDocument } from '../../src/core/study-result.ts'
import { bench, mainFile, startBench, startProgram } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-study-'))
after(() => rmSync(folder, { recursive: true }))

const scenario = join(folder, 'three.json')
writeFileSync(
  scenario,
  JSON.stringify({
    title: 'Three',
    question: 'What is left of a study that is stopped?',
    clientCount: 20,
    traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 50 },
    contenders: [{ transport: 'sse' }],
    sweep: { clientCount: [20, 30, 40] },
    phases: { warmUpMs: 0, measuredMs: 500 },
    blockCount: 1,
  }),
)

function studyIn(out: string): { dir: string; document: StudyDocument } {
  const [started] = readdirSync(join(out, 'three'))
  const dir = join(out, 'three', started!)
  return { dir, document: studySchema.parse(JSON.parse(readFileSync(join(dir, 'study.json'), 'utf8'))) }
}

function statuses({ points }: StudyDocument): string[] {
  return points.map(({ status }) => status).toSorted()
}

test('Ctrl-C keeps the points that are done, with a report, and exits with 130', async () => {
  const out = join(folder, 'stopped')
  const running = startBench([scenario, '--charts', 'off', '--out', out])
  await running.says('point 2 of 3')
  running.child.kill('SIGINT')
  const { code, stdout } = await running.ended
  assert.equal(code, 130)
  assert.match(stdout, /Interrupted: 1 of 3 points is complete/)
  const { dir, document } = studyIn(out)
  assert.equal(document.interrupted, true)
  assert.deepEqual(
    statuses(document).filter((status) => status === 'done'),
    ['done'],
  )
  for (const file of ['report.md', 'report.html']) assert.ok(readdirSync(dir).includes(file), file)
})

test('a killed study has a report, and a redrawn report is the same to the byte', async () => {
  const out = join(folder, 'killed')
  const running = startBench([scenario, '--charts', 'off', '--out', out])
  await running.says('point 2 of 3')
  running.child.kill('SIGKILL')
  await running.ended
  const { dir, document } = studyIn(out)
  assert.ok(statuses(document).includes('done'))
  const first = await bench(['report', dir, '--charts', 'off'])
  assert.equal(first.code, 0)
  assert.match(first.stdout, /1 of 3 points is complete/)
  const files = ['report.md', 'report.html'].map((file) => readFileSync(join(dir, file)))
  const second = await bench(['report', join(dir, 'study.json'), '--charts', 'off'])
  assert.equal(second.stdout, first.stdout)
  for (const [at, file] of ['report.md', 'report.html'].entries()) assert.ok(readFileSync(join(dir, file)).equals(files[at]!), file)
})

function withDescriptors(words: string[]) {
  return startProgram('sh', ['-c', 'ulimit -n 256; exec "$@"', 'sh', process.execPath, mainFile, ...words]).ended
}

// Fewer clients than asked is never silent.
test('a sweep with one point too many for the machine is refused whole, before anything starts', async () => {
  const { code, stdout, stderr } = await withDescriptors([scenario, '--sweep', 'clientCount=50,400', '--out', join(folder, 'refused')])
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /ERR_LIMIT_DESCRIPTORS: the server needs 458 descriptors \(400 clients/)
  assert.equal(existsSync(join(folder, 'refused')), false)
})

test('with --force the point that did not fit says how many clients were missing, and the others stand', async () => {
  const out = join(folder, 'forced')
  const { stdout, code } = await withDescriptors([scenario, '--sweep', 'clientCount=50,400', '--force', '--charts', 'off', '--out', out])
  const { document } = studyIn(out)
  assert.deepEqual(
    document.points.map(({ rows }) => rows[0]!.countedTrialCount),
    [1, 0],
  )
  assert.match(document.points[1]!.notes[0]!.text, /asked for 400 clients, \d+ subscribed; faults: /)
  assert.match(stdout.replaceAll(/\s+/g, ' '), /sse at clients 400, block 1: invalid: asked for 400 clients/)
  assert.equal(code, 5)
})

test('show says how many points there are and how long the whole takes', async () => {
  const { stdout } = await bench(['show', scenario])
  assert.match(stdout, /\n3 points, each 1 contenders × 1 blocks = 1 trials\nabout \d/)
})
