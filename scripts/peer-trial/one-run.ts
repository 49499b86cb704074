import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { nowUs, sleepMs, sleepUntil } from '../../src/core/clock.ts'
import { boundCommand, shareCores } from '../../src/machine/pinning.ts'
import { truthOf, type PeerRun } from './score.ts'
import { tools, type Load } from './tools.ts'

const freezeAfterRatio = 0.4
const freezeMs = 1_000

/**
 * One run of one tool, in the network namespace of this process: `one-run.js TOOL LOAD`. Prints a `PeerRun`. The target is
 * stopped for a second by SIGSTOP; the truth of the run comes from the measured instants of stop and go.
 */
const [name, loadText] = process.argv.slice(2)
const tool = tools.find((candidate) => candidate.name === name)!
const load = JSON.parse(loadText!) as Load
const cores = shareCores()
const [program, ...words] = boundCommand(cores.server, [process.execPath, fileURLToPath(new URL('./target.js', import.meta.url))])
const target = spawn(program!, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
const [{ port }] = (await once(target, 'message')) as [{ port: number }]

const startedAtUs = nowUs()
const [command, ...args] = boundCommand(cores.generator, tool.command(load, `http://127.0.0.1:${port}/`))
const output = new Promise<string>((resolve, reject) => {
  execFile(command!, args, { maxBuffer: 2 ** 26, timeout: (load.seconds + 20) * 1_000 }, (fault, stdout) =>
    fault === null ? resolve(stdout) : reject(fault),
  )
})
await sleepUntil(startedAtUs + load.seconds * freezeAfterRatio * 1_000_000)
process.kill(target.pid!, 'SIGSTOP')
const stoppedAtUs = nowUs()
await sleepMs(freezeMs)
process.kill(target.pid!, 'SIGCONT')
const stopMs = (nowUs() - stoppedAtUs) / 1_000
const said = tool.parse(await output)
target.send('count')
const [{ requestCount }] = (await once(target, 'message')) as [{ requestCount: number }]
target.disconnect()

const run: PeerRun = {
  measured: {
    p50Ms: said.p50Ms,
    p90Ms: said.p90Ms,
    p99Ms: said.p99Ms,
    meanMs: said.meanMs,
    requestCountRatio: said.requestCount === null ? null : said.requestCount / requestCount,
    rateRatio: tool.hasRate ? requestCount / load.seconds / load.requestsPerSecond : null,
  },
  truth: truthOf(stopMs, load.seconds * 1_000),
}
console.log(JSON.stringify(run))
