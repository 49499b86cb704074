import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { findNamespace } from '../../src/machine/namespace.ts'

const files = ['/proc/sys/net/core/somaxconn', '/proc/sys/net/ipv4/ip_local_port_range']

function lines(command: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout.trim().split('\n')
}

test('settings of the network are those of the trials, whatever is set around them', (t) => {
  const namespace = findNamespace()
  if ('reason' in namespace) return t.skip(`needs a network namespace: ${namespace.reason}`)
  const fresh = lines(namespace.enclose(['cat', ...files]))
  const script = `
    const { trialEnvironment } = await import(${JSON.stringify(new URL('../../src/machine/environment.js', import.meta.url).href)})
    const { somaxconn, localPortRange, sysctl } = trialEnvironment()
    console.log([somaxconn, localPortRange, sysctl['net.core.somaxconn']].join('\\n'))`
  const prepare = `echo 16 > ${files[0]} && echo '40000 40149' > ${files[1]} && exec "$@"`
  const command = ['sh', '-c', prepare, 'sh', process.execPath, '--input-type=module', '-e', script]
  assert.notEqual(fresh[0], '16')
  assert.deepEqual(lines(namespace.enclose(command)), [fresh[0], fresh[1], fresh[0]])
})
