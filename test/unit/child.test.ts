import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HarnessError } from '../../src/core/errors.ts'
import { Child } from '../../src/machine/child.ts'

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
