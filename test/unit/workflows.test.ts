import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { readWorkflow, workflowFiles } from '../helpers/workflow.ts'

const ciScript = readFileSync(join(packageRoot(), '.ci/run'), 'utf8')

test('both workflows are what GitHub reads, and each step has a name of its own', () => {
  for (const file of workflowFiles)
    for (const { steps } of Object.values(readWorkflow(file).jobs)) {
      const names = steps.map(({ name }) => name)
      assert.deepEqual(names, [...new Set(names)], file)
    }
})

test('the build of this project runs every step of .ci/run, in its order', () => {
  const all = /set -- (.+)/.exec(ciScript)![1]!.split(' ')
  const { steps } = readWorkflow('.github/workflows/ci.yml').jobs['check']!
  assert.deepEqual(
    steps.flatMap(({ run }) => (run?.startsWith('.ci/run ') === true ? [run.slice('.ci/run '.length)] : [])),
    all,
  )
})

test('every script that .ci/run calls is in package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { scripts: Record<string, string> }
  const called = [...ciScript.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name!)
  assert.ok(called.length >= 5)
  for (const name of called) assert.ok(name in scripts, name)
})
