import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { note } from './output.ts'

/** What opens a file in the program that the user has for it, by platform; `start` is no program but a word of the shell. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}
const usualOpener = ['xdg-open'] as const

/** The command that opens a page on a platform. */
export function openerOf(platform: NodeJS.Platform, page: string): [string, ...string[]] {
  const [command, ...words] = openers[platform] ?? usualOpener
  return [command, ...words, resolve(page)]
}

/** Opens a page in the browser, which outlives this process. Where nothing can, a line says so and the command goes on. */
export async function openPage(page: string, platform: NodeJS.Platform = process.platform): Promise<void> {
  const [command, ...words] = openerOf(platform, page)
  const child = spawn(command, words, { detached: true, stdio: 'ignore' })
  const error = await new Promise<Error | null>((done) => {
    child.once('error', done)
    child.once('spawn', () => done(null))
  })
  child.unref()
  if (error !== null) await note(`--open: ${page} could not be opened (${error.message}). Open it by hand.\n`)
}
