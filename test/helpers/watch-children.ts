import { ChildProcess } from 'node:child_process'
import { appendFileSync } from 'node:fs'

/**
 * Loaded before a command (`--import`): writes a line for each process that it starts into the file that CHILDREN_FILE
 * names. Without a process there is no file.
 */
const prototype = ChildProcess.prototype as unknown as { spawn: (options: { file: string }) => unknown }
const { spawn } = prototype
prototype.spawn = function (options) {
  appendFileSync(process.env['CHILDREN_FILE']!, `${options.file}\n`)
  return spawn.call(this, options)
}
