import type { Contender, Transport } from '../core/transport.ts'
import { html } from '../report/html-text.ts'

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
pre { padding: .75rem; border: 1px solid; overflow: auto }
#log { height: 50vh }
input { font: inherit; width: 60% }
button { font: inherit }`

/** Messages that the page keeps in view. */
const shownCount = 500

/**
 * The page of `bench serve`: shows in a browser what the server sends on the channel "news" (or `?channel=`), and publishes
 * there. It asks its own origin, so that it works under whatever name the server is reached.
 */
export function servePage({ id, traits, browserScript }: Transport, contender: Contender): string {
  const script = browserScript(contender)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${html(traits.title)} on transport-bench</title>
<style>${style}</style>
<h1>${html(traits.title)}</h1>
<form><label>Publish <input name="data" value="hello" required></label> <button>Send</button></form>
<p id="state" role="status">${script === '' ? 'a browser cannot read this transport by itself; the terminal shows a command that can' : 'connecting'}</p>
<pre id="log" tabindex="0" role="log" aria-label="Messages"></pre>
<script type="module">
const channel = new URLSearchParams(location.search).get('channel') ?? 'news'
const path = '/${id}?channel=' + encodeURIComponent(channel)
const [form, state, log] = ['form', '#state', '#log'].map((part) => document.querySelector(part))
const tell = (text) => { state.textContent = text }
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const show = (text) => {
  log.append(text + '\\n')
  if (log.childNodes.length === ${shownCount + 1}) log.firstChild.remove()
  log.scrollTop = log.scrollHeight
}
form.onsubmit = async (event) => {
  event.preventDefault()
  const body = JSON.stringify({ messages: [{ channel, data: form.elements.data.value }] })
  const { status } = await fetch('/publish', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  if (status !== 204) tell('publishing failed with status ' + status)
}
${script}
</script>
</html>
`
}
