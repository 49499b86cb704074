import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SummaryRow } from '../core/result.ts'
import { packageRoot } from '../core/package-root.ts'
import { transportOf } from './registry.ts'

/** Where a path of execution can split: the decision points of McCabe's count. */
const branch = /\b(if|for|while|case|catch)\b|\?\?=?|&&|\|\||\?(?![.:?])/g

/** Lines of code and branches of a transport's two files, read from the files themselves; comments and blank lines do not count. */
export function complexityOf(transportId: string): SummaryRow['traits']['complexity'] {
  const server = codeLines(join(packageRoot(), 'servers', `${transportId}.ts`))
  const client = codeLines(join(packageRoot(), 'clients', `${transportId}.ts`))
  return {
    serverLines: server.length,
    clientLines: client.length,
    branches: [...server, ...client].reduce((sum, line) => sum + (line.match(branch)?.length ?? 0), 0),
    dependencies: [...transportOf(transportId).traits.dependencies],
  }
}

function codeLines(path: string): string[] {
  const withoutBlocks = readFileSync(path, 'utf8').replace(/\/\*[^]*?\*\//g, '')
  return withoutBlocks.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
}
