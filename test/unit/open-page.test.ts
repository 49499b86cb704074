import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { openerOf } from '../../src/cli/open-page.ts'

test('a page is opened by what each platform has for it, by its whole path', () => {
  const page = resolve('results/x/report.html')
  assert.deepEqual(openerOf('linux', 'results/x/report.html'), ['xdg-open', page])
  assert.deepEqual(openerOf('freebsd', 'results/x/report.html'), ['xdg-open', page])
  assert.deepEqual(openerOf('darwin', 'results/x/report.html'), ['open', page])
  assert.deepEqual(openerOf('win32', 'results/x/report.html'), ['cmd', '/c', 'start', '', page])
})
