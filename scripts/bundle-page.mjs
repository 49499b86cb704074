/**
 * Writes the script of report.html with Chart.js in it, from the compiled page, to dist/src/report/page.bundle.js. The last
 * step of each build. Plain JavaScript, since `npm run bench` builds before there is a dist/scripts.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const report = new URL('../dist/src/report/', import.meta.url)

await build({
  entryPoints: [fileURLToPath(new URL('page/main.js', report))],
  outfile: fileURLToPath(new URL('page.bundle.js', report)),
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  charset: 'ascii',
  logLevel: 'warning',
})
