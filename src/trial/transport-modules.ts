import { fileURLToPath } from 'node:url'

function moduleUrl(folder: 'servers' | 'clients', name: string): string {
  return new URL(`../../${folder}/${name}.js`, import.meta.url).href
}

/** The two halves of a transport, by its id: the trial hands these URLs to the processes that host them, which import them. */
export function transportModules(id: string): { serverUrl: string; clientUrl: string } {
  return { serverUrl: moduleUrl('servers', id), clientUrl: moduleUrl('clients', id) }
}

/** Entry modules of the processes that host the two halves of a transport. The probe host is a client host with little to do. */
export const hostModules = {
  server: fileURLToPath(moduleUrl('servers', 'host')),
  clients: fileURLToPath(moduleUrl('clients', 'host')),
  probes: fileURLToPath(moduleUrl('clients', 'host')),
} as const
