import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callingFolder } from '../../src/cli/calling-folder.ts'
import { packageRoot } from '../../src/core/package-root.ts'

const ours = { npm_package_name: 'transport-bench', npm_lifecycle_event: 'bench', INIT_CWD: '/home/me/project' }

test('paths count from where the user called our script "bench"', () => {
  assert.equal(callingFolder(ours, packageRoot()), '/home/me/project')
})

test('paths count from the working folder where anything else called the command', () => {
  const others: Record<string, [NodeJS.ProcessEnv, string]> = {
    'no package manager': [{}, packageRoot()],
    'another script of ours': [{ ...ours, npm_lifecycle_event: 'test' }, packageRoot()],
    'a script "bench" of another package': [{ ...ours, npm_package_name: 'shop' }, packageRoot()],
    'a script that changes the folder first': [ours, '/home/me/elsewhere'],
    'a package manager that does not say': [{ ...ours, INIT_CWD: undefined }, packageRoot()],
    'a folder that is none': [{ ...ours, INIT_CWD: 'project' }, packageRoot()],
  }
  for (const [what, [env, workingFolder]] of Object.entries(others)) assert.equal(callingFolder(env, workingFolder), null, what)
})
