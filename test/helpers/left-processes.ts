import type { ChildProcess } from 'node:child_process'
import { after } from 'node:test'

const started = new Set<ChildProcess>()

/** Ends a process with the tests of this file, if it still runs: a test that fails would leave it behind, and its pipes would keep the file from ending. */
export function endWithTests(child: ChildProcess): void {
  started.add(child)
  child.once('exit', () => started.delete(child))
}

after(() => {
  for (const child of started) child.kill('SIGKILL')
})
