import { descendantsOf, mainFile, startProgram, type Running } from './bench-process.ts'

const escape = '\u001b'
export const showCursor = `${escape}[?25h`
export const hideCursor = `${escape}[?25l`
export const eraseLine = `${escape}[2K`

/** Runs the command on a pseudo-terminal of this width; what it draws comes on stdout. */
export function onTerminal(words: string[], env: Record<string, string> = {}, columns = 100) {
  const command = `stty cols ${columns} rows 40; exec ${[process.execPath, mainFile, ...words].join(' ')}`
  return startProgram('script', ['-qec', command, '/dev/null'], { env: { TERM: 'xterm', ...env } })
}

/** Id of the command that runs on a terminal, below the program that holds it. */
export function commandOn({ child }: Running): number {
  return descendantsOf(child.pid!)[0]!
}
