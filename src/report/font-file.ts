import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packageRoot } from '../core/package-root.ts'

/** Path of a file of the font package: "web/Inter-Regular.woff2" holds all glyphs, "web-latin/…-subset.woff2" the Latin ones. */
export function fontFile(path: string): string {
  const manifest = createRequire(join(packageRoot(), 'package.json')).resolve('inter-ui/package.json')
  return join(dirname(manifest), path)
}
