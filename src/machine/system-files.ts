import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the system reports through files under /proc and /sys. A folder instead of `/` lets tests stand for another machine. */
export interface SystemFiles {
  /** Text of a file without surrounding space; null where it is missing or may not be read. */
  read(path: string): string | null
  /** Names in a folder, sorted; none where it is missing. */
  list(path: string): string[]
}

/** The files of the system below `root`. */
export function systemFiles(root = '/'): SystemFiles {
  return {
    read: (path) => orElse(() => readFileSync(join(root, path), 'utf8').trim(), null),
    list: (path) => orElse(() => readdirSync(join(root, path)).sort(), []),
  }
}

function orElse<Value>(attempt: () => Value, otherwise: Value): Value {
  try {
    return attempt()
  } catch {
    return otherwise
  }
}
