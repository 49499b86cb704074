import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { harnessError } from '../core/errors.ts'

function isRoot(folder: string): boolean {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return false
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }
  return manifest.name === 'transport-bench'
}

/**
 * Folder of this package, wherever it was compiled to: the nearest one above this module whose package.json says "transport-bench".
 *
 * @throws {HarnessError} ERR_HARNESS when there is none
 */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!isRoot(folder)) {
    const above = dirname(folder)
    if (above === folder)
      throw harnessError('ERR_HARNESS', `report: no package.json of "transport-bench" above ${fileURLToPath(import.meta.url)}.`)
    folder = above
  }
  return folder
}

/** Path of a file of the font package: "web/Inter-Regular.woff2" holds all glyphs, "web-latin/…-subset.woff2" the Latin ones. */
export function fontFile(path: string): string {
  const manifest = createRequire(join(packageRoot(), 'package.json')).resolve('inter-ui/package.json')
  return join(dirname(manifest), path)
}
