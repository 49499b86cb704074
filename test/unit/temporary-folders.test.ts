import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import os, { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, it, type TestContext } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { withTemporaryFolder } from '../../src/core/files.ts'
import { runScenario } from '../../src/run/run.ts'
import type { RunRequest } from '../../src/run/run-events.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { runStudy } from '../../src/run/study.ts'
import { plainScenario } from '../helpers/plain-scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'temporary-folders-test-'))
const place = join(folder, 'temporary')
const usual = process.env['TMPDIR']
process.env['TMPDIR'] = place
after(() => {
  if (usual === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usual
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place)
})

/** More clients than any machine has descriptors, ports and memory for, and than a scenario file may ask for. */
const refused: typeof runScenario = (request, observe) =>
  runScenario({ ...request, scenario: { ...request.scenario, clientCount: 1_000_000_000 } }, observe)

function load(more: object): ReturnType<typeof loadScenario> {
  const path = join(folder, 'plain.json')
  writeFileSync(path, JSON.stringify({ ...plainScenario, contenders: [{ transport: 'sse' }], ...more }))
  return loadScenario(path)
}

const shared = {
  calibrationDir: folder,
  namespace: 'off',
  force: false,
  command: 'bench plain',
  signal: new AbortController().signal,
} as const

function requestOf(): RunRequest {
  const { study: _study, ...loaded } = load({})
  return { ...loaded, ...shared, resultDir: folder }
}

/** The statuses of the points of a study whose points are all refused. */
async function statusesOf(more: object): Promise<string[]> {
  const { study, ...loaded } = load(more)
  const openPoint = () => ({ dir: folder, folder: 'points/1', discard: () => {} })
  const request = { ...loaded, ...shared, plan: study!, startedAt: '2026-01-02T03:04:05.000Z', openPoint, run: refused }
  return (await runStudy(request, () => {})).points.map(({ status }) => status)
}

/** Reading the environment asks the system for its release. */
function breakEnvironment(t: TestContext): void {
  t.mock.method(os, 'release', () => {
    throw new Error('no release')
  })
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
}

describe('no temporary folder is left', () => {
  it('by a run that a limit refuses', async () => {
    await assert.rejects(
      refused(requestOf(), () => {}),
      /ERR_LIMIT_/,
    )
    assert.deepEqual(readdirSync(place), [])
  })

  it('by the points of a sweep that a limit refuses', async () => {
    assert.deepEqual(await statusesOf({ sweep: { clientCount: [10, 20] } }), ['refused', 'refused'])
    assert.deepEqual(readdirSync(place), [])
  })

  it('by the steps of a search that a limit refuses', async () => {
    const search = { axis: 'clientCount', from: 10, to: 20, limits: { deliveryLatencyP99Ms: 250 } }
    const statuses = await statusesOf({ search })
    assert.ok(statuses.length > 0 && statuses.every((status) => status === 'refused'))
    assert.deepEqual(readdirSync(place), [])
  })

  it('by a run whose environment cannot be read', async (t) => {
    breakEnvironment(t)
    await assert.rejects(
      runScenario(requestOf(), () => {}),
      /no release/,
    )
    assert.deepEqual(readdirSync(place), [])
  })

  it('by a trial whose plan cannot be made', async () => {
    await assert.rejects(runKnownTrial({ transport: 'sse', clientCount: 1, traffic: {}, measuredMs: 1, options: { heartbeatMs: 'often' } }))
    assert.deepEqual(readdirSync(place), [])
  })

  it('and one in use is there until its user ends', async () => {
    const seen = await withTemporaryFolder('in-use-', async () => readdirSync(place).length)
    assert.deepEqual([seen, readdirSync(place)], [1, []])
  })
})
