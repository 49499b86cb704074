import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPlatform, measuredPart } from '../../src/machine/platform.ts'

test('on Linux everything is measured, and nothing is said', () => {
  assert.equal(measuredPart('linux'), null)
  assert.equal(checkPlatform('linux'), null)
})

test('elsewhere one line says what is measured and what is not', () => {
  const macOs =
    'macOS: latency, requests, application bytes, losses and heap are measured; CPU, resident memory, descriptors, wire bytes and competing load are not, since only Linux reports them.'
  assert.equal(checkPlatform('darwin'), macOs)
  assert.equal(checkPlatform('freebsd'), macOs.replace('macOS', 'freebsd'))
})

test('on Windows nothing is measured, and the error says where to go', () => {
  assert.throws(() => checkPlatform('win32'), { code: 'ERR_PLATFORM', exitCode: 2, message: /^ERR_PLATFORM: Windows: nothing .* WSL 2/ })
})
