import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageRoot } from '../core/package-root.ts'
import type { SummaryRow } from '../core/result.ts'
import { registry, transportOf } from '../core/transports/registry.ts'

/** Where a path of execution can split: the decision points of McCabe's count. */
const branch = /\b(if|for|while|case|catch)\b|\?\?=?|&&|\|\||\?(?![.:?])/g

/**
 * Lines of code and branches of a transport's two halves, read from the files themselves: its server and its client file
 * and what they import beside them, less what every transport imports. Comments and blank lines do not count.
 */
export function complexityOf(transportId: string): SummaryRow['traits']['complexity'] {
  const server = codeLines('servers', transportId)
  const client = codeLines('clients', transportId)
  return {
    serverLines: server.length,
    clientLines: client.length,
    branches: [...server, ...client].reduce((sum, line) => sum + (line.match(branch)?.length ?? 0), 0),
    dependencies: [...transportOf(transportId).traits.dependencies],
  }
}

function codeLines(folder: 'servers' | 'clients', transportId: string): string[] {
  const modules = registry.map(({ id }) => [...modulesOf(join(packageRoot(), folder, `${id}.ts`))])
  const own = modules[registry.findIndex(({ id }) => id === transportId)]!.filter(
    (module) => !modules.every((others) => others.includes(module)),
  )
  return own.flatMap((module) => {
    const withoutBlocks = readFileSync(module, 'utf8').replace(/\/\*[^]*?\*\//g, '')
    return withoutBlocks.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
  })
}

/** A module and what it imports from its own folder, directly or through others. */
function modulesOf(module: string, found = new Set<string>()): Set<string> {
  if (found.has(module)) return found
  found.add(module)
  for (const [, name] of readFileSync(module, 'utf8').matchAll(/from '\.\/([a-z-]+\.ts)'/g)) modulesOf(join(dirname(module), name!), found)
  return found
}
