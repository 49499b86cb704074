import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { harnessError } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import { calibrationLine, calibrationTone } from './calibration.ts'
import { figuresOf } from './charts/figures.ts'
import { fontFamily } from './charts/look.ts'
import { interruptedLine, machineLine, questionOf, titleOf, workloadLine } from './facts.ts'
import {
  alertSection,
  backgroundSections,
  chartSection,
  leadSection,
  tradeOffSection,
  trialSection,
  verdictSection,
} from './html-sections.ts'
import { calibrationSection } from './html-calibration.ts'
import { recoverySection } from './html-recovery.ts'
import { pageStyle } from './html-style.ts'
import { html, scriptJson } from './html-text.ts'
import { fontFile } from './font-file.ts'

const weights = { Regular: 400, SemiBold: 600 } as const

/** The Latin part of the font as a style that holds it; a browser has fonts of its own for what it lacks. */
async function fontStyle(): Promise<string> {
  const faces = Object.entries(weights).map(async ([name, weight]) => {
    const bytes = await readFile(fontFile(`web-latin/Inter-${name}-subset.woff2`))
    return `@font-face { font-family: ${fontFamily}; font-weight: ${weight}; src: url(data:font/woff2;base64,${bytes.toString('base64')}) format("woff2"); }`
  })
  return (await Promise.all(faces)).join('\n')
}

/** The page's script with Chart.js in it, from the compiled entry beside this module. */
async function pageScript(): Promise<string> {
  const entry = fileURLToPath(new URL('./page/main.js', import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'ascii',
    logLevel: 'silent',
  })
  const script = outputFiles[0]?.text
  if (script === undefined) throw harnessError('ERR_HARNESS', `report: ${entry} gave no script. Run npm run build again.`)
  return script.replaceAll('</script', '<\\/script')
}

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/**
 * The whole report as one page that needs no network and no other file: tables, charts with tooltips, verdicts, validity,
 * scenario, environment. Its content security policy allows nothing but its own script and style, by hash, and data URIs.
 */
export async function htmlReport(document: ResultDocument): Promise<string> {
  const [fonts, script] = await Promise.all([fontStyle(), pageScript()])
  const style = `${fonts}\n${pageStyle}`
  const policy = `default-src 'none'; style-src ${sha256(style)}; script-src ${sha256(script)}; img-src data:; font-src data:; base-uri 'none'; form-action 'none'`
  const interrupted = interruptedLine(document)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${html(titleOf(document))} · transport-bench</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${html(titleOf(document))}</h1>
<p class="question">${html(questionOf(document))}</p>
<p class="workload">${html(workloadLine(document))}<br>${html(machineLine(document))}</p>
<p class="badge ${calibrationTone(document)}"><a href="#calibration">${html(calibrationLine(document))}</a></p>
${interrupted === null ? '' : `<div class="alert bad"><p>${html(interrupted)}</p></div>`}
${alertSection(document)}
${leadSection(document)}
${tradeOffSection(document)}
${recoverySection(document)}
${chartSection(document)}
${verdictSection(document)}
${trialSection(document)}
${calibrationSection(document)}
${backgroundSections(document)}
</main>
<script type="application/json" id="figures">${scriptJson(figuresOf(document))}</script>
<script>${script}</script>
</body>
</html>
`
}
