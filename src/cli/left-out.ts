import { leftOutVariables } from '../machine/child-environment.ts'
import { note } from './output.ts'

const nodeOptionsHint = ' "bench run --node-options" passes options to servers and client hosts.'

/** Says on stderr what is set and would change figures, and is kept from the processes that the command starts; nothing where there is nothing. */
export async function noteLeftOut(): Promise<void> {
  const names = leftOutVariables()
  if (names.length === 0) return
  const hint = names.includes('NODE_OPTIONS') ? nodeOptionsHint : ''
  await note(`${names.join(', ')}: set in the environment, and not passed on to the processes that this command starts.${hint}\n`)
}
