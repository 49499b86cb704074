import { mainFile, startProgram } from './bench-process.ts'

const escape = '\u001b'
export const showCursor = `${escape}[?25h`
export const hideCursor = `${escape}[?25l`
export const eraseLine = `${escape}[2K`

/** Runs the command on a pseudo-terminal of this width; what it draws comes on stdout. */
export function onTerminal(words: string[], env: Record<string, string> = {}, columns = 100) {
  const command = `stty cols ${columns} rows 40; exec ${[process.execPath, mainFile, ...words].join(' ')}`
  return startProgram('script', ['-qec', command, '/dev/null'], { env: { TERM: 'xterm', ...env } })
}
