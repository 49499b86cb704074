import { takeMachineLock } from '../src/machine/machine-lock.ts'

/** Takes the lock of the machine for a script that measures, until it ends; waits for a run that has it. */
export async function takeLock(what: string): Promise<void> {
  await takeMachineLock({
    what,
    refuses: false,
    signal: new AbortController().signal,
    onWait: (holder) => console.error(`waiting for another run on this machine to end: ${holder}`),
  })
}
