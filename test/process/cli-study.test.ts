import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { sleepMs } from '../../src/core/clock.ts'
import { studySchema, type StudyDocument } from '../../src/core/study-result.ts'
import { bench, interruptForGood, mainFile, refusalOf, startBench, startProgram } from '../helpers/bench-process.ts'
import { reasonsOfItsOwn, resultsIn } from '../helpers/machine-gates.ts'

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

/** Waits until study.json has the points in these statuses, in alphabetical order. */
async function pointsAre(out: string, expected: string): Promise<void> {
  const isThere = (): boolean => {
    const [started = 'not yet'] = existsSync(join(out, 'three')) ? readdirSync(join(out, 'three')) : []
    return existsSync(join(out, 'three', started, 'study.json')) && statuses(studyIn(out).document).join() === expected
  }
  while (!isThere()) await sleepMs(10)
}

suite('a study that is stopped in its second point', () => {
  const out = join(folder, 'stopped')
  /** What was on disk before the signal: all that a kill leaves. */
  const killed = join(folder, 'killed')
  let code: number | null = null
  let stdout = ''

  before(async () => {
    const running = startBench([scenario, '--charts', 'off', '--retries', '0', '--out', out])
    await pointsAre(out, 'done,planned,running')
    // Drafts of files that are being written become these files, and are gone.
    cpSync(out, killed, { recursive: true, filter: (path) => !path.endsWith('.tmp') })
    running.child.kill('SIGINT')
    ;({ code, stdout } = await running.ended)
  })

  test('by Ctrl-C keeps the points that are done, with a report, and exits with 130', () => {
    assert.equal(code, 130)
    assert.match(stdout, /Interrupted: 1 of 3 points is complete/)
    const { dir, document } = studyIn(out)
    assert.equal(document.interrupted, true)
    assert.deepEqual(
      statuses(document).filter((status) => status === 'done'),
      ['done'],
    )
    // The page may be missing where 2.8 s, after which the command ends whatever is left to do, are not enough.
    assert.ok(readdirSync(dir).includes('report.md'))
  })

  test('by a kill has a report, and a redrawn report is the same to the byte', async () => {
    const { dir, document } = studyIn(killed)
    assert.equal(document.interrupted, false)
    const first = await bench(['report', dir, '--charts', 'off'])
    assert.equal(first.code, 0)
    assert.match(first.stdout, /1 of 3 points is complete/)
    const files = ['report.md', 'report.html'].map((file) => readFileSync(join(dir, file)))
    const second = await bench(['report', join(dir, 'study.json'), '--charts', 'off'])
    assert.equal(second.stdout, first.stdout)
    for (const [at, file] of ['report.md', 'report.html'].entries()) assert.ok(readFileSync(join(dir, file)).equals(files[at]!), file)
  })
})

test('a second Ctrl-C in the first point leaves a study.json that says so, and no temporary folder', async () => {
  const out = join(folder, 'twice')
  const temporary = join(folder, 'temporary')
  mkdirSync(temporary)
  const words = [scenario, '--measured', '30s', '--charts', 'off', '--out', out]
  const running = startBench(words, { env: { TMPDIR: temporary } })
  await pointsAre(out, 'planned,planned,running')
  while (readdirSync(temporary).length === 0) await sleepMs(10)
  const { code, stdout } = await interruptForGood(running)
  assert.deepEqual([code, stdout], [130, ''])
  const { dir, document } = studyIn(out)
  assert.equal(document.interrupted, true)
  assert.deepEqual(statuses(document), ['planned', 'planned', 'running'])
  // The trial's own process may still be on its way out.
  while (readdirSync(temporary).length > 0) await sleepMs(20)
  assert.match((await bench(['report', dir, '--charts', 'off'])).stdout, /0 of 3 points are complete/)
})

const limits = 'ulimit -n 256'

// Fewer clients than asked is never silent.
test('a sweep with one point too many for the machine is refused whole, before anything starts', async () => {
  const stderr = await refusalOf([scenario, '--sweep', 'clientCount=50,400', '--out', join(folder, 'refused')], { limits })
  assert.match(stderr, /ERR_LIMIT_DESCRIPTORS: the server needs 458 descriptors \(400 clients/)
  assert.equal(existsSync(join(folder, 'refused')), false)
})

test('a search of which the machine cannot hold a single step has no answer, and says so with its exit code', async () => {
  const file = join(folder, 'search.json')
  const { sweep: _, ...plain } = JSON.parse(readFileSync(scenario, 'utf8')) as Record<string, unknown>
  const search = { axis: 'clientCount', from: 400, to: 800, limits: { lostCount: 0 } }
  writeFileSync(file, JSON.stringify({ ...plain, clientCount: 400, search }))
  const words = [mainFile, file, '--full', '--charts', 'off', '--out', join(folder, 'search')]
  const { code, stdout, stderr } = await startProgram('sh', ['-c', `${limits}; exec "$@"`, 'sh', process.execPath, ...words]).ended
  assert.equal(code, 5, stdout)
  assert.match(stderr, /Written to \S+: study\.json, report\.md/)
  assert.match(stdout, /sse: not known/)
})

test('with --force the point that did not fit says how many clients were missing, and the others stand', async () => {
  const out = join(folder, 'forced')
  const words = [scenario, '--full', '--sweep', 'clientCount=50,400', '--force', '--charts', 'off', '--retries', '0', '--out', out]
  const { stdout, code } = await startProgram('sh', ['-c', `${limits}; exec "$@"`, 'sh', process.execPath, mainFile, ...words]).ended
  const { document } = studyIn(out)
  assert.equal(document.points[1]!.rows[0]!.countedTrialCount, 0)
  const fitting = resultsIn(out).flatMap(({ trials }) => trials.filter(({ clients }) => clients.askedCount === 50))
  assert.deepEqual(
    fitting.map((trial) => [trial.clients.subscribedCount, trial.ledger.lostCount, reasonsOfItsOwn(trial)]),
    [[50, 0, []]],
  )
  assert.match(document.points[1]!.notes[0]!.text, /asked for 400 clients, \d+ subscribed, missing: clients [^;]+; faults: /)
  assert.match(stdout.replaceAll(/\s+/g, ' '), /sse at clients 400, block 1: invalid: asked for 400 clients/)
  assert.equal(code, 5)
})

test('show says how many points there are and how long the whole takes', async () => {
  const { stdout } = await bench(['show', scenario])
  assert.match(stdout, /\n3 points, each 1 contenders × 1 blocks = 1 trials\nabout \d/)
})
