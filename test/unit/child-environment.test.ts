import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Child } from '../../src/machine/child.ts'
import {
  checkNodeOptions,
  childEnvironment,
  coverageVariable,
  leftOutVariables,
  withNodeOptions,
} from '../../src/machine/child-environment.ts'

const usual = { PATH: '/bin', TMPDIR: '/tmp', LANG: 'C', LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: '/opt/node/lib' }
const agents = {
  NODE_OPTIONS: '--require agent.cjs',
  NODE_V8_COVERAGE: '/tmp/coverage',
  NODE_DEBUG: 'http',
  LD_PRELOAD: 'libjemalloc.so',
  UV_THREADPOOL_SIZE: '64',
  WS_NO_BUFFER_UTIL: '1',
}
const others = {
  NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
  HOME: '/root',
  SHELL: '/bin/sh',
  npm_config_cache: '/root/.npm',
  NODE: '/bin/node',
  TERM: 'xterm',
}

describe('the environment of processes of the harness', () => {
  it('is where programs and temporary files are, and nothing else', () => {
    assert.deepEqual(childEnvironment({ ...usual, ...agents, ...others }), usual)
  })

  it('lacks what would change figures, and that is named', () => {
    assert.deepEqual(leftOutVariables({ ...usual, ...agents, ...others }), Object.keys(agents).toSorted())
    assert.deepEqual(leftOutVariables({ ...usual, ...others }), [])
  })

  it('has the coverage of the own tests, and of nobody else', () => {
    const own = { ...usual, NODE_V8_COVERAGE: '/tmp/elsewhere', [coverageVariable]: '/tmp/coverage' }
    assert.deepEqual(childEnvironment(own), { ...usual, NODE_V8_COVERAGE: '/tmp/coverage', [coverageVariable]: '/tmp/coverage' })
    assert.deepEqual(leftOutVariables(own), [])
  })

  it('is what a child gets, whatever this process has', async () => {
    const before = { ...process.env }
    Object.assign(process.env, { NODE_DEBUG: 'http', NODE_PENDING_DEPRECATION: '1', HOME: '/nowhere' })
    const child = new Child<{ names(): string[] }>('test child', [
      process.execPath,
      '-e',
      `process.on('message', ({ id }) => process.send({ id, value: Object.keys(process.env) }))`,
    ])
    process.env = before
    const names = await child.ask('names', undefined)
    child.kill()
    assert.deepEqual(
      names.filter((name) => !(name in childEnvironment(before))),
      [],
    )
  })
})

describe('options of Node', () => {
  it('go in front of a command, and none leave it as it is', () => {
    assert.deepEqual(withNodeOptions('', ['node', 'a.js']), ['node', 'a.js'])
    assert.deepEqual(withNodeOptions('--a --b="c d"', ['node', 'a.js']), ['env', 'NODE_OPTIONS=--a --b="c d"', 'node', 'a.js'])
  })

  it('that Node does not take are refused with what it says', () => {
    checkNodeOptions('--max-old-space-size=4096')
    assert.throws(() => checkNodeOptions('--no-such-option'), { message: /^ERR_USAGE: --node-options: .*--no-such-option.* not allowed/ })
    assert.throws(() => checkNodeOptions('--require /no/such/file.cjs'), { message: /Cannot find module '\/no\/such\/file\.cjs'/ })
  })
})
