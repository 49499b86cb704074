import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { harnessError, messageOf } from '../core/errors.ts'
import type { Profile } from '../core/profile-result.ts'
import type { Figure } from './charts/figure.ts'
import { fontFamily } from './charts/theme.ts'
import { fontFile } from './font-file.ts'
import { pageStyle } from './html-style.ts'
import { html, scriptJson } from './html-text.ts'

const weights = { Regular: 400, SemiBold: 600 } as const

/** The Latin part of the font as a style that holds it; a browser has fonts of its own for what it lacks. */
async function fontStyle(): Promise<string> {
  const faces = Object.entries(weights).map(async ([name, weight]) => {
    const bytes = await readFile(fontFile(`web-latin/Inter-${name}-subset.woff2`))
    return `@font-face { font-family: ${fontFamily}; font-weight: ${weight}; src: url(data:font/woff2;base64,${bytes.toString('base64')}) format("woff2"); }`
  })
  return (await Promise.all(faces)).join('\n')
}

const scriptFile = new URL('./page.bundle.js', import.meta.url)

/** The page's script with Chart.js in it, which the build has put beside this module. */
async function pageScript(): Promise<string> {
  const script = await readFile(scriptFile, 'utf8').catch((cause: unknown) => {
    throw harnessError('ERR_HARNESS', `report: the script of the page cannot be read: ${messageOf(cause)}. Run "npm run build".`, cause)
  })
  return script.replaceAll('</script', '<\\/script')
}

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/**
 * A report as one page that needs no network and no other file. Its content security policy allows nothing but its own
 * script and style, by hash, and data URIs.
 *
 * @param page `body` is HTML already; `figures` are what its script draws into the places of `figureSection`, `profile` what its calculator computes with
 */
export async function htmlPage({
  title,
  figures,
  body,
  profile,
}: {
  title: string
  figures: readonly Figure[]
  body: string
  profile?: Profile
}): Promise<string> {
  const [fonts, script] = await Promise.all([fontStyle(), pageScript()])
  const style = `${fonts}\n${pageStyle}`
  const policy = `default-src 'none'; style-src ${sha256(style)}; script-src ${sha256(script)}; img-src data:; font-src data:; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${html(title)} · transport-bench</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
<script type="application/json" id="figures">${scriptJson(figures)}</script>${profile === undefined ? '' : `\n<script type="application/json" id="profile">${scriptJson(profile)}</script>`}
<script>${script}</script>
</body>
</html>
`
}
