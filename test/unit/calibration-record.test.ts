import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { checks, idsOf, quickIds } from '../../src/calibrate/checks.ts'
import { CalibrationFolder, exitCodeOf, mergeRecord } from '../../src/calibrate/record.ts'
import { calibrationRecordSchema, missingText, type CalibrationRecord } from '../../src/core/calibration-record.ts'
import { packageVersion } from '../../src/core/package-root.ts'
import { readEnvironment, environmentHash } from '../../src/machine/environment.ts'
import { latestCalibration } from '../../src/run/latest-calibration.ts'
import { madeUpCheck, madeUpFinding } from '../golden/fixture-calibration.ts'

const folder = mkdtempSync(join(tmpdir(), 'calibration-'))
after(() => rmSync(folder, { recursive: true }))
let folderCount = 0
const fresh = (): CalibrationFolder => new CalibrationFolder(join(folder, String(++folderCount)), { quick: true, command: 'calibrate' })
const environment = readEnvironment({ namespace: 'own', pinning: 'off', nodeFlags: '' })
const version = packageVersion()
const all = quickIds.map((id) => madeUpCheck({ id }))
const recordFile = (path: string): string => join(path, 'calibration.json')
const read = (path: string): CalibrationRecord => calibrationRecordSchema.parse(JSON.parse(readFileSync(recordFile(path), 'utf8')))

describe('the list of checks', () => {
  it('has each K-number once, with all that its page says', () => {
    const answers = checks.flatMap((check) => check.answers)
    assert.equal(new Set(answers.map(({ id }) => id)).size, answers.length)
    for (const { id, ...texts } of answers) {
      assert.match(id, /^K\d\d$/)
      for (const text of Object.values(texts)) assert.notEqual(text, '')
    }
  })

  it('has a quick set of what a release needs', () => {
    const needed = 'K01 K02 K05 K06 K13 K14 K15 K16 K17 K18 K19 K20 K21 K22 K24 K28 K30'.split(' ')
    assert.deepEqual(
      needed.filter((id) => !quickIds.includes(id)),
      [],
    )
  })

  it('is known by K-numbers in any case and by two words', () => {
    assert.deepEqual(idsOf(['k28', 'K28', 'aa', 'Planted']), ['K28', 'K26', 'K27'])
    assert.throws(() => idsOf(['K01', 'K2x']), { code: 'ERR_USAGE', message: /"K2x": unknown check; .*"K01".* Did you mean "K2\d"\?/ })
  })
})

describe('a record', () => {
  it('holds each check once, in order, and says which of the needed are missing', () => {
    const merged = mergeRecord(
      [madeUpCheck({ id: 'K28' }), madeUpCheck({ id: 'K01', verdict: 'failed' })],
      [madeUpCheck({ id: 'K01', durationSeconds: 2 })],
      ['K01', 'K05', 'K28'],
    )
    assert.deepEqual(
      merged.checks.map(({ id, verdict }) => [id, verdict]),
      [
        ['K01', 'passed'],
        ['K28', 'passed'],
      ],
    )
    assert.deepEqual([merged.missingIds, merged.verdict, merged.durationSeconds], [['K05'], 'incomplete', 26.5])
  })

  it('has failed when one check has, whatever is missing', () => {
    assert.equal(mergeRecord([], [madeUpCheck({ verdict: 'failed' })], ['K05']).verdict, 'failed')
    assert.equal(mergeRecord([], [madeUpCheck()], ['K01']).verdict, 'passed')
  })

  it('is incomplete when a needed check could not be judged on this machine, and says so; the command ends with 5, with 4 when one failed', () => {
    const unjudged = madeUpCheck({
      id: 'K05',
      verdict: 'skipped',
      findings: [madeUpFinding({ verdict: 'skipped', reasons: { verdict: 'this machine needs 600 ms for it' } })],
    })
    const skipped = madeUpCheck({
      id: 'K18',
      verdict: 'skipped',
      findings: [madeUpFinding({ measured: null, verdict: 'skipped', reasons: { measured: 'no network namespace' } })],
    })
    const merged = mergeRecord([], [madeUpCheck({ id: 'K01' }), unjudged, skipped], ['K01', 'K02', 'K05', 'K18'])
    assert.deepEqual([merged.missingIds, merged.verdict], [['K02', 'K05'], 'incomplete'])
    assert.equal(missingText(merged), 'K02 did not run; K05 could not be judged because the machine was too slow or busy')
    assert.equal(exitCodeOf([madeUpCheck(), skipped]), 0)
    assert.equal(exitCodeOf([madeUpCheck(), unjudged]), 5)
    assert.equal(exitCodeOf([madeUpCheck({ verdict: 'failed' }), unjudged]), 4)
  })

  it('keeps what other checks found in the same environment, and drops what another environment found', () => {
    const kept = fresh()
    kept.add('suite', all)
    kept.add('suite', [madeUpCheck({ id: 'K28', verdict: 'failed' })])
    const record = read(kept.path)
    assert.equal(record.checks.length, all.length)
    assert.equal(record.verdict, 'failed')
    writeFileSync(recordFile(kept.path), JSON.stringify({ ...record, environmentHash: 'other' }))
    kept.add('suite', [madeUpCheck({ id: 'K28' })])
    assert.deepEqual(
      read(kept.path).checks.map(({ id }) => id),
      ['K28'],
    )
    assert.deepEqual(readdirSync(kept.path).toSorted(), ['calibration.json'])
  })

  it('goes to a file of its own for A/A and for the planted difference', () => {
    const { path } = Object.assign(fresh())
    const own = new CalibrationFolder(path, { quick: false, command: 'calibrate' })
    assert.equal(own.add('aa', [madeUpCheck({ id: 'K26' })]).verdict, 'passed')
    assert.equal(own.add('planted', [madeUpCheck({ id: 'K27', verdict: 'failed' })]).verdict, 'failed')
    const { suite, aa, planted } = latestCalibration(path, environment, version)
    assert.deepEqual([suite.status, aa.status, planted.status], ['neverRun', 'passed', 'failed'])
  })

  it('is refused where nothing can be written', () => {
    assert.throws(() => new CalibrationFolder('/proc/calibration', { quick: true, command: '' }), {
      code: 'ERR_RESULT_UNWRITABLE',
      message: /--out/,
    })
  })
})

describe('the latest calibration', () => {
  it('passed in this environment is passed; elsewhere, or with another version, it is stale', () => {
    const { path } = fresh()
    new CalibrationFolder(path, { quick: true, command: '' }).add('suite', all)
    assert.equal(latestCalibration(path, environment, version).suite.status, 'passed')
    const stale = latestCalibration(path, { ...environment, node: 'v99.0.0' }, version).suite
    assert.deepEqual([stale.status, stale.checks.length], ['stale', all.length])
    assert.match(stale.reasons['status']!, /a different environment/)
    assert.equal(latestCalibration(path, environment, '99.0.0').suite.status, 'stale')
  })

  it('that failed elsewhere is stale too: it says nothing about this run', () => {
    const kept = fresh()
    kept.add('suite', [madeUpCheck({ verdict: 'failed' })])
    assert.equal(latestCalibration(kept.path, environment, version).suite.status, 'failed')
    assert.equal(latestCalibration(kept.path, { ...environment, kernel: '0' }, version).suite.status, 'stale')
  })

  it('of a part of the quick set is incomplete, and one that cannot be read was never run', () => {
    const kept = fresh()
    kept.add('suite', [madeUpCheck({ id: 'K28' })])
    const { suite } = latestCalibration(kept.path, environment, version)
    assert.equal(suite.status, 'incomplete')
    assert.match(suite.reasons['status']!, /^K01, K02, .* did not run: run "npm run bench -- calibrate --quick"$/)
    for (const [text, reason] of [
      ['{"schemaVersion":', /cannot be read/],
      ['{}', /does not match its schema \(schemaVersion/],
    ] as const) {
      writeFileSync(recordFile(kept.path), text)
      const broken = latestCalibration(kept.path, environment, version).suite
      assert.equal(broken.status, 'neverRun')
      assert.match(broken.reasons['status']!, reason)
    }
    assert.match(latestCalibration(join(folder, 'nowhere'), environment, version).suite.reasons['status']!, /^there is no record/)
  })
})

describe('the hash of an environment', () => {
  const hash = environmentHash(environment, version)

  it('changes with all that can change a figure', () => {
    const changes = {
      kernel: '0',
      cpuModel: 'x',
      coreCount: 1,
      memoryBytes: 1,
      node: 'v1',
      libraries: {},
      localPortRange: '1 2',
      somaxconn: 1,
    }
    for (const [key, value] of Object.entries(changes))
      assert.notEqual(environmentHash({ ...environment, [key]: value }, version), hash, key)
  })

  it('does not change with time, load, the way of a run, or the order of a table', () => {
    const libraries = Object.fromEntries(Object.entries(environment['libraries'] as Record<string, string>).toReversed())
    const same = { ...environment, startedAt: 'later', loadAverage1: 9, namespace: 'shared', pinning: 'on', libraries }
    assert.equal(environmentHash(same, version), hash)
    assert.match(hash, /^[0-9a-f]{64}$/)
  })
})
