import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { resultSchema, type ResultDocument } from '../../src/core/result.ts'
import { findNamespace } from '../../src/machine/namespace.ts'
import { mainFile, refusalOf, startProgram, type Ended } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'os-limits-'))
after(() => rmSync(folder, { recursive: true }))

const portHolder = fileURLToPath(new URL('../helpers/port-holder.js', import.meta.url))
const namespace = findNamespace()
const skip = 'reason' in namespace ? `needs a network namespace: ${namespace.reason}` : false

/** The command in a network namespace of the test's own, which all of its trials share, after a line of shell. */
function inSharedNamespace(prepare: string, words: readonly string[]): Promise<Ended> {
  if ('reason' in namespace) throw new Error(namespace.reason)
  const command = ['sh', '-c', `${prepare} && exec "$@"`, 'sh', process.execPath, mainFile, ...words, '--namespace', 'off']
  const [program, ...rest] = namespace.enclose(command)
  return startProgram(program!, rest).ended
}

function onlyResult(path: string): ResultDocument {
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('result.json'))
  assert.equal(files.length, 1)
  return resultSchema.parse(JSON.parse(readFileSync(join(path, files[0]!), 'utf8')))
}

suite('idle-connections with more clients than a process may have descriptors', () => {
  const out = join(folder, 'refused')
  const withLimit = (words: readonly string[]): Promise<string> =>
    refusalOf(['idle-connections', ...words, '--out', out], { limits: 'ulimit -n 15200' })

  test('is refused at once, with need and limit, and nothing is started', async () => {
    assert.match(
      await withLimit(['--sweep', 'clientCount=1000,30000']),
      /ERR_LIMIT_DESCRIPTORS: the server needs 30\d\d\d descriptors \(30000 clients .*, but the limit per process is 15200/,
    )
    assert.equal(existsSync(out), false)
  })

  test('says that --clients is its axis, and how to set it', async () => {
    assert.match(await withLimit(['--clients', '30000']), /--clients: .*axis.*--sweep clientCount=/)
  })
})

test('in a shared namespace a trial waits until its local ports are free, says how long, and then is as ever', { skip }, async () => {
  const scenario = join(folder, 'ports.json')
  writeFileSync(
    scenario,
    JSON.stringify({
      title: 'Ports',
      question: 'Does it wait?',
      clientCount: 60,
      traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 20 },
      contenders: [{ transport: 'websocket' }],
      phases: { warmUpMs: 0, measuredMs: 500 },
      blockCount: 1,
    }),
  )
  // 150 ports, of which 90 are held for 8 s: 60 clients and 42 to spare do not fit before.
  const prepare = `echo "40000 40149" > /proc/sys/net/ipv4/ip_local_port_range && { "${process.execPath}" "${portHolder}" 40000 90 8000 & } | head -n 1`
  const { stderr } = await inSharedNamespace(prepare, [scenario, '--charts', 'off', '--retries', '0', '--out', join(folder, 'ports')])
  const { trials, warnings } = onlyResult(join(folder, 'ports'))
  const waited = warnings.find(({ code }) => code === 'WARN_PORTS_AWAITED')
  const [, seconds, free, need] = /waited ([\d.]+) s for local ports: (\d+) are free and (\d+) are needed/.exec(waited?.message ?? '') ?? []
  assert.ok(Number(seconds) > 0 && Number(seconds) < 10, `${waited?.message}\n${stderr.slice(-500)}`)
  assert.ok(Number(free) >= 60 + 42)
  assert.equal(Number(need), 60 + 42)
  assert.deepEqual([trials[0]!.clients.subscribedCount, trials[0]!.clients.faults, trials[0]!.ledger.lostCount], [60, {}, 0])
})
