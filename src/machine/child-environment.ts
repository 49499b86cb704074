import { spawnSync } from 'node:child_process'
import { harnessError } from '../core/errors.ts'

/**
 * The variable by which the project's own tests hand NODE_V8_COVERAGE on to the processes of a trial. What a user has set for
 * his own programs never gets there.
 */
export const coverageVariable = 'TRANSPORT_BENCH_COVERAGE'

/** All that processes of the harness get: where programs, their libraries and temporary files are, language and time zone. */
const handedOn = /^(PATH|LD_LIBRARY_PATH|DYLD_\w*LIBRARY_PATH|TMPDIR|TMP|TEMP|TZ|LANG|LANGUAGE|LC_\w+)$/
/** Of the rest, what changes how Node, its libraries or the allocator work: agents, coverage, debuggers, another malloc. */
const changesFigures =
  /^(NODE_(?!EXTRA_CA_CERTS$)\w+|UV_\w+|LD_\w+|DYLD_\w+|MALLOC_\w+|JE_MALLOC_\w+|GLIBC_TUNABLES|OPENSSL_\w+|UNDICI_\w+|WS_\w+|DEBUG)$/

/** The environment that every process of the harness starts with. */
export function childEnvironment(own: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const coverage = own[coverageVariable]
  return {
    ...Object.fromEntries(Object.entries(own).filter(([name]) => handedOn.test(name))),
    ...(coverage === undefined ? {} : { [coverageVariable]: coverage, NODE_V8_COVERAGE: coverage }),
  }
}

/** Names of the variables that are set, would change figures, and are kept from the processes of the harness. */
export function leftOutVariables(own: NodeJS.ProcessEnv = process.env): string[] {
  const kept = childEnvironment(own)
  return Object.keys(own)
    .filter((name) => changesFigures.test(name) && !(name in kept))
    .toSorted()
}

/** The command with these options of Node: the only way into a process that starts with a clean environment. */
export function withNodeOptions(options: string, command: readonly string[]): string[] {
  return options === '' ? [...command] : ['env', `NODE_OPTIONS=${options}`, ...command]
}

/**
 * Starts Node with these options and nothing to do.
 *
 * @throws {HarnessError} ERR_USAGE with what Node says when it does not take them
 */
export function checkNodeOptions(options: string): void {
  const [program, ...words] = withNodeOptions(options, [process.execPath, '-e', '0'])
  const { status, stderr } = spawnSync(program!, words, { env: childEnvironment(), encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
  if (status === 0) return
  const said = stderr.split('\n').find((line) => /\berror\b|not allowed|requires/i.test(line)) ?? stderr.split('\n')[0]!
  throw harnessError('ERR_USAGE', `--node-options: Node cannot start with ${JSON.stringify(options)}: ${said.trim()}`)
}
