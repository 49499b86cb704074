import { fileURLToPath } from 'node:url'
import { Child } from '../machine/child.ts'
import { boundCommand } from '../machine/pinning.ts'
import type { PlantedControl } from './planted/load.ts'

const loadModule = fileURLToPath(new URL('./planted/load.js', import.meta.url))

/** Runs `use` with a process whose load is planted, and ends that process. */
export async function withPlanted<T>(use: (child: Child<PlantedControl>) => Promise<T>): Promise<T> {
  const child = new Child<PlantedControl>('planted load', boundCommand([], [process.execPath, '--expose-gc', loadModule]))
  try {
    return await use(child)
  } finally {
    child.kill()
    await child.ended(1_000)
  }
}
