import { existsSync, mkdirSync } from 'node:fs'
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
