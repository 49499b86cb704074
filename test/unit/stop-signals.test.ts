import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interruptForGood, startProgram } from '../helpers/bench-process.ts'

const module = new URL('../../src/cli/stop-signals.js', import.meta.url).href

/** A command that listens, does `onStop` at the first signal, and then `end`. */
function listening(onStop: string, end: string) {
  const script = `
    import { listenForStop } from ${JSON.stringify(module)}
    const alive = setInterval(() => undefined, 1_000)
    const stop = listenForStop(() => { ${onStop} })
    console.error('listening')
    await stop.received
    ${end}`
  return startProgram(process.execPath, ['--input-type=module', '-e', script])
}

const orderly = "clearInterval(alive); console.log('orderly'); process.exitCode = stop.exitCode()"
const busy = 'for (const until = Date.now() + 300; Date.now() < until;);'
const never = 'await new Promise(() => undefined)'

test('a press that comes twice is one press, however busy the process is between the two', async () => {
  const { child, ended, says } = listening(busy, orderly)
  await says('listening')
  child.kill('SIGTERM')
  child.kill('SIGHUP')
  const { code, stdout } = await ended
  assert.deepEqual([code, stdout], [143, 'orderly\n'])
})

test('a second press ends the process at once, with the code of the first', async () => {
  const running = listening('', never)
  await running.says('listening')
  const { code, stdout } = await interruptForGood(running)
  assert.deepEqual([code, stdout], [130, ''])
})

test('what never ends is ended after its time', async () => {
  const { child, ended, says } = listening('', never)
  await says('listening')
  child.kill('SIGTERM')
  assert.equal((await ended).code, 143)
})
