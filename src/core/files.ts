import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it, one by one: the recursive mkdir of Node 20 never returns where the system refuses
 * with ENOENT, as /proc does.
 *
 * @throws what the system says of the first folder that cannot be made
 */
export function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  mkdirSync(path)
}

/** Replaces a file as a whole: a reader sees the old text or the new one, never a part. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.tmp`
  const file = openSync(draft, 'w')
  try {
    writeFileSync(file, text)
    // Without it a full disk or a power cut can leave a renamed, empty file.
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
