import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot, packageVersion } from '../src/core/package-root.ts'
import { findNamespace } from '../src/machine/namespace.ts'
import { writeBetweenMarks } from './marked-text.ts'
import { runOurs } from './peer-trial/ours.ts'
import type { PeerRun } from './peer-trial/score.ts'
import { peerText, type PeerResult } from './peer-trial/text.ts'
import { tools, type Load, type Tool } from './peer-trial/tools.ts'
import { takeLock } from './take-lock.ts'

/**
 * `npm run peer-trial [-- RUNS [SECONDS [TOOL,…]]]`: puts load tools and this harness before answers that are known
 * beforehand, in turn, and writes docs/peer-trial.md. Fewer runs, seconds or tools than usual are printed, not written.
 */
const usualRuns = 5
const usualSeconds = 15
const ours = 'transport-bench'
const [runCount = usualRuns, seconds = usualSeconds] = process.argv.slice(2, 4).map(Number)
const chosen = process.argv[4]?.split(',')
const load: Load = { connectionCount: 100, requestsPerSecond: 2_000, seconds }
const oneRun = fileURLToPath(new URL('./peer-trial/one-run.js', import.meta.url))
const namespace = findNamespace()

const wanted = tools.filter(({ name }) => chosen === undefined || chosen.includes(name))
const present = wanted.filter((tool) => versionOf(tool) !== null)
const results: PeerResult[] = present.map((tool) => ({
  name: tool.name,
  version: versionOf(tool)!,
  command: tool
    .command(load, 'http://127.0.0.1:PORT/')
    .join(' ')
    .replaceAll(/\S*\/node_modules\/\.bin\//g, ''),
  fairWords: tool.fairWords,
  runs: [],
}))
if (chosen === undefined || chosen.includes(ours)) {
  results.push({
    name: ours,
    version: packageVersion(),
    command: 'a trial of long polling through the runner (scripts/peer-trial/ours.ts)',
    fairWords:
      'Made for what none of the others measures: how late a published message reaches each client. Its schedule runs outside the server and latency counts from the due instant, so a freeze is visible by construction. It is not a tool for load-testing an HTTP API.',
    runs: [],
  })
}
await takeLock('npm run peer-trial')
for (let round = 0; round < runCount; round++) {
  for (const result of results) {
    const run = result.name === ours ? await runOurs(load) : runTool(result.name)
    result.runs.push(run)
    console.error(`run ${round + 1} of ${runCount}, ${result.name}: ${JSON.stringify(run.measured)}`)
  }
}
const heading = `\`npm run peer-trial\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]!.model.trim()}, Node ${process.version}: ${runCount} runs of ${seconds} s each, ${load.connectionCount} connections, ${load.requestsPerSecond} requests/s where the tool accepts a rate, the server frozen for 1 s at 40 % of each run.`
const text = peerText(
  heading,
  results,
  wanted.filter((tool) => !present.includes(tool)),
)
console.log(text)
if (runCount >= usualRuns && seconds >= usualSeconds && chosen === undefined)
  writeBetweenMarks(join(packageRoot(), 'docs', 'peer-trial.md'), 'peer-trial', text)

function runTool(name: string): PeerRun {
  const command = [process.execPath, oneRun, name, JSON.stringify(load)]
  const [program, ...words] = 'enclose' in namespace ? namespace.enclose(command) : command
  return JSON.parse(execFileSync(program!, words, { encoding: 'utf8' })) as PeerRun
}

/** Null when the tool is not installed. */
function versionOf({ source }: Tool): string | null {
  try {
    if ('debian' in source) return execFileSync('dpkg-query', ['-W', '-f=${Version}', source.debian], { encoding: 'utf8', stdio: 'pipe' })
    const manifest = readFileSync(join(packageRoot(), 'node_modules', source.npm, 'package.json'), 'utf8')
    return (JSON.parse(manifest) as { version: string }).version
  } catch {
    return null
  }
}
