import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { suite, test } from 'node:test'
import { registry } from '../../src/core/transports/registry.ts'
import { bench, descendantsOf, startBench, startProgram, type Running } from '../helpers/bench-process.ts'

const curl = existsSync('/usr/bin/curl') ? false : 'needs curl'

/** A served transport, and the lines that it printed, by their first word. */
async function served(words: readonly string[]) {
  const running = startBench(['serve', ...words, '--port', '0'])
  await running.says('Press Ctrl-C to stop it.')
  const lines = Object.fromEntries([...running.stdout().matchAll(/^(\w+): +(.*)$/gm)].map(([, name, line]) => [name!, line!]))
  const base = lines['browser']!.slice(0, -1)
  return { ...running, lines, base }
}

async function ended({ child, ended: ending }: Running): Promise<number | null> {
  child.kill('SIGINT')
  return (await ending).code
}

/** Runs a printed line in a shell, and resolves when it has shown the text. */
async function shows(line: string, text: string): Promise<void> {
  const reader = startProgram('sh', ['-c', `exec ${line}`])
  await reader.says(text, 'stdout')
  reader.child.kill()
}

suite('bench serve', () => {
  for (const { id } of registry)
    test(`${id}: prints lines to copy that work as they are, and a page; Ctrl-C is its usual end`, { skip: curl }, async () => {
      const server = await served([id])
      const { lines, base } = server
      // It is kept, so that a poll that comes later has it too.
      assert.equal((await startProgram('sh', ['-c', lines['publish']!]).ended).code, 0)
      await shows(lines['read']!, '"data":"hello"')
      const page = await fetch(`${base}/`)
      assert.deepEqual([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8'])
      assert.match(await page.text(), new RegExp(`'/${id}\\?channel='`))
      assert.equal(((await (await fetch(lines['state']!)).json()) as { secret: string }).secret, '')
      assert.equal(await ended(server), 0)
    })

  test('takes the options of the transport', async () => {
    const server = await served(['long-poll', '--hold-time', '60ms', '--cursor', 'off'])
    const ask = `${server.base}/long-poll?channel=news`
    // Without a cursor what is published between two polls is lost to a client, and a hold ends soon.
    const body = JSON.stringify({ messages: [{ channel: 'news', data: 'lost' }] })
    await fetch(`${server.base}/publish`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    assert.equal((await fetch(ask)).status, 204)
    assert.equal(await ended(server), 0)
  })

  test('lets pages of other origins read it with --cors alone, streams and preflights too', async () => {
    const [strict, lenient] = [await served(['sse']), await served(['sse', '--cors'])]
    const origins: (string | null)[][] = []
    for (const { base } of [strict, lenient]) {
      const stream = new AbortController()
      const answers = [
        await fetch(`${base}/health`),
        await fetch(`${base}/sse?channel=news`, { signal: stream.signal }),
        await fetch(`${base}/publish`, {
          method: 'OPTIONS',
          headers: { origin: 'http://a.example', 'access-control-request-method': 'POST' },
        }),
      ]
      origins.push(answers.map(({ headers }) => headers.get('access-control-allow-origin')))
      stream.abort()
    }
    assert.deepEqual(origins, [
      [null, null, null],
      ['*', '*', '*'],
    ])
    assert.deepEqual([await ended(strict), await ended(lenient)], [0, 0])
  })

  test('ends with 3 and the reason when its server dies, and prints what the server wrote', async () => {
    const server = await served(['sse'])
    const [pid] = descendantsOf(server.child.pid!)
    // Node then says on stderr that it waits for a debugger, or that it cannot.
    process.kill(pid!, 'SIGUSR1')
    await server.says('127.0.0.1:9229')
    process.kill(pid!, 'SIGKILL')
    const { code, stderr } = await server.ended
    assert.equal(code, 3)
    assert.match(stderr, new RegExp(`ERR_CHILD_DIED: sse server \\(pid ${pid}\\) was ended by SIGKILL before it had finished its work`))
  })

  test('names who has the port that it was to take', async () => {
    const server = await served(['sse'])
    const port = new URL(server.base).port
    const { code, stderr } = await bench(['serve', 'websocket', '--port', port])
    assert.equal(code, 2)
    assert.match(stderr, new RegExp(`ERR_PORT_IN_USE: port ${port} is in use by pid ${descendantsOf(server.child.pid!)[0]} \\(`))
    assert.equal(await ended(server), 0)
  })

  for (const [words, pattern] of [
    [
      ['sse', '--hold-time', '5s'],
      /ERR_CONTENDER_OPTION: --hold-time: is not an option of "sse", which takes --batch-window, --heartbeat, /,
    ],
    [['long-poll', '--hold-time', 'soon'], /ERR_CONTENDER_OPTION: --hold-time: must be a duration from 50 ms to .*, got "soon"/],
    [['long-poll', '--cursor', 'no'], /ERR_CONTENDER_OPTION: --cursor: must be one of "on", "off", got "no"/],
    [['websocket', '--max-payload-bytes', '1'], /--max-payload-bytes: must be a whole number from 125 to \d+, got "1"/],
    [['websocket', '--backoff-base', '1s'], /ERR_USAGE: --backoff-base: unknown option of "bench serve"/],
  ] as const)
    test(`refuses ${words.join(' ')}`, async () => {
      const { code, stderr } = await bench(['serve', ...words])
      assert.equal(code, 2)
      assert.match(stderr, pattern)
    })

  test('says in its help what each transport takes', async () => {
    const { stdout } = await bench(['serve', '--help'])
    for (const pattern of [
      /--hold-time <DURATION>\s+long-poll: /,
      /--heartbeat <DURATION>\s+sse, websocket: /,
      /--cursor <on\|off>/,
      /--cors/,
    ])
      assert.match(stdout, pattern)
  })
})
