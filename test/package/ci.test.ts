import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInstalled, makeClone } from '../helpers/fresh-clone.ts'
import { readWorkflow, runStep, stepsToRun } from '../helpers/workflow.ts'

const folder = mkdtempSync(join(tmpdir(), 'ci-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const tests = 'tests of this project: they have a ring of their own, and this file is in one'

test('the workflow of this project runs in a clone', async (t) => {
  const clone = join(folder, 'clone')
  makeClone(clone)
  const steps = stepsToRun(readWorkflow('.github/workflows/ci.yml'), {
    'Allow user namespaces': 'a setting of the machine that GitHub lends',
    Tests: tests,
    'Tests in a browser': tests,
    'Tests of the gates': tests,
    'Tests of the package': tests,
  })
  assert.deepEqual(
    steps.map(({ name }) => name),
    ['Install', 'Static checks', 'Smoke run'],
  )
  for (const step of steps) {
    const ended = await runStep(step, clone, {})
    if (step.name === 'Install' && !isInstalled(ended, t)) return
    assert.equal(ended.code, 0, `${step.name}\n${ended.stdout}${ended.stderr}`)
  }
})
