import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sleepMs } from '../../src/core/clock.ts'
import { HarnessError } from '../../src/core/errors.ts'
import { Child } from '../../src/machine/child.ts'
import { LastWords } from '../../src/machine/last-words.ts'

interface Echo {
  echo(order: string): string
}

function nodeChild(script: string): Child<Echo> {
  return new Child<Echo>('test child', [process.execPath, '-e', script])
}

function isFault(code: string, pattern: RegExp) {
  return (fault: unknown): boolean => fault instanceof HarnessError && fault.code === code && pattern.test(fault.message)
}

test('an answer comes back to its question', async () => {
  const child = nodeChild(`process.on('message', ({ id, order }) => process.send({ id, value: order + '!' }))`)
  assert.equal(await child.ask('echo', 'yes'), 'yes!')
  child.kill()
})

test('a child that dies rejects what is open, with its exit code and its last line', async () => {
  const child = nodeChild(`process.on('message', () => { console.error('first line'); console.error('listen EMFILE'); process.exit(7) })`)
  await assert.rejects(child.ask('echo', ''), isFault('ERR_CHILD_DIED', /test child \(pid \d+\) exited with code 7 .*"listen EMFILE"/))
})

test('a child that throws is quoted by its message, not by a line of its stack', async () => {
  const child = nodeChild(`process.on('message', () => { throw new Error('no such luck') })`)
  await assert.rejects(child.ask('echo', ''), isFault('ERR_CHILD_DIED', /"Error: no such luck"/))
})

test('a child that throws an error with properties is quoted by its message too', async () => {
  const child = nodeChild(`process.on('message', () => { throw Object.assign(new Error('no such luck'), { code: 'E', errno: -1 }) })`)
  await assert.rejects(child.ask('echo', ''), isFault('ERR_CHILD_DIED', /"Error: no such luck"/))
})

test('a child whose heap is full says so, and not a frame of the stack that follows', async () => {
  const script = `process.on('message', () => { const held = []; for (;;) held.push('x'.repeat(10_000) + held.length) })`
  const child = new Child<Echo>('test child', [process.execPath, '--max-old-space-size=16', '-e', script])
  await assert.rejects(
    child.ask('echo', '', 60_000),
    isFault('ERR_CHILD_DIED', /"FATAL ERROR: .*JavaScript heap out of memory"\. It ran out of memory: use fewer clients/),
  )
})

test('the cause of an end is found before a stack of any length, in the forms of V8, Node and libuv', () => {
  const native = Array.from(
    { length: 200 },
    (_, at) => `${String(at + 1).padStart(2)}: 0xb8d0a3 node::OOMErrorHandler(char const*, ${'v8::'.repeat(20)}) [node]`,
  )
  const stack = [
    '----- Native stack trace -----',
    '',
    ...native,
    '',
    '----- JavaScript stack trace -----',
    '',
    '1: parse (file:///x.js:1:2)',
    '',
  ]
  const fatal = 'FATAL ERROR: invalid array length Allocation failed - JavaScript heap out of memory'
  const assertion = "node[17]: ../deps/uv/src/unix/core.c:12:uv_close: Assertion `!uv__is_closing(handle)' failed."
  for (const [written, line] of [
    [['<--- Last few GCs --->', '', '[17:0x5] 28 ms: Mark-Compact 15 MB', '', '<--- JS stacktrace --->', '', fatal, ...stack], fatal],
    [[assertion, ...stack], assertion],
    [
      ['#', '# Fatal error in , line 0', '# Check failed: false.', '#', '#', '#FailureMessage Object: 0x7ffe', ...stack],
      '# Check failed: false.',
    ],
    [['    at only.a.frame (x.js:1:2)'], 'at only.a.frame (x.js:1:2)'],
    [['without an end'], 'without an end'],
    [[], undefined],
  ] as const) {
    const words = new LastWords()
    // In pieces, as a pipe brings them.
    for (const piece of written.join('\n').match(/[^]{1,1000}/g) ?? []) words.add(piece)
    assert.equal(words.line, line)
  }
})

test('a child that hangs is an error at its deadline, never a wait', async () => {
  const child = nodeChild(`process.on('message', () => undefined)`)
  await assert.rejects(child.ask('echo', '', 100), isFault('ERR_CHILD_SILENT', /did not answer "echo" within 100 ms/))
  child.kill()
})

test('what the asking process slept through is not the silence of the child: its answer is read first', async () => {
  const child = nodeChild(`process.on('message', ({ id, order }) => process.send({ id, value: order + '!' }))`)
  await child.ask('echo', 'awake')
  const answer = child.ask('echo', 'yes', 200)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
  assert.equal(await answer, 'yes!')
  child.kill()
})

test('a program that is not there is an error that names it', async () => {
  const child = new Child<Echo>('test child', ['/no/such/program'])
  await assert.rejects(child.ask('echo', ''), isFault('ERR_CHILD_START', /could not start \/no\/such\/program/))
})

test('a question to a child that has ended fails at once', async () => {
  const child = nodeChild('process.exit(3)')
  await child.ended(5_000)
  await assert.rejects(child.ask('echo', ''), isFault('ERR_CHILD_DIED', /exited with code 3/))
})

test('an unasked exit is reported by itself, a requested one is not', async () => {
  const alive = `process.on('message', () => process.send({ notice: 'up' }))`
  const killed = nodeChild(alive)
  process.kill(killed.pid, 'SIGKILL')
  assert.match((await killed.died).message, /ERR_CHILD_DIED: test child \(pid \d+\) was ended by SIGKILL/)
  const missing = new Child<Echo>('test child', ['/no/such/program'])
  assert.match((await missing.died).message, /ERR_CHILD_START/)
  for (const asked of ['kill', 'end', 'expectEnd'] as const) {
    const child = nodeChild(alive)
    const later = new Error('nothing was reported')
    if (asked === 'end') await child.end(0)
    else child[asked]()
    if (asked === 'expectEnd') process.kill(child.pid, 'SIGKILL')
    await child.ended(5_000)
    assert.equal(await Promise.race([child.died, sleepMs(100).then(() => later)]), later, asked)
  }
})

test('what a child writes to stderr is handed on as it comes, and its last line is quoted all the same', async () => {
  let written = ''
  const script = `process.on('message', () => { console.error('first'); console.error('last'); process.exit(7) })`
  const child = new Child<Echo>('test child', [process.execPath, '-e', script], { onStderr: (text) => (written += text) })
  await assert.rejects(child.ask('echo', ''), isFault('ERR_CHILD_DIED', /"last"/))
  assert.equal(written, 'first\nlast\n')
})

test('a child with a session of its own is not in the process group of its parent', async (t) => {
  if (!existsSync('/proc/self/stat')) return t.skip('only Linux tells')
  const groupOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[2]
  const command = [process.execPath, '-e', 'setInterval(() => undefined, 1_000)']
  const [apart, beside] = [new Child<Echo>('apart', command, { ownSession: true }), new Child<Echo>('beside', command)]
  assert.equal(groupOf(apart.pid), String(apart.pid))
  assert.equal(groupOf(beside.pid), groupOf(process.pid))
  apart.kill()
  beside.kill()
})
