import { spawnSync } from 'node:child_process'

/**
 * Raises lo in a fresh network namespace without iproute2: a fresh sysfs shows this namespace's devices, and IFF_UP (1)
 * is written to the flags of lo. It is taken away again, since it hides the control groups under /sys/fs/cgroup. Then the
 * program takes the shell's place, so that its IPC channel stays open.
 */
const raiseLo = 'mount -t sysfs none /sys && echo 1 > /sys/class/net/lo/flags && umount /sys && exec "$@"'

const rootFlags = ['-n', '-m']
const userFlags = ['-r', '-n', '-m']

/** Puts the words before a command that give it its own network namespace with lo up. */
function enclose(flags: readonly string[], command: readonly string[]): string[] {
  return ['unshare', ...flags, 'sh', '-c', raiseLo, 'sh', ...command]
}

/**
 * Finds out how this user may make a network namespace: as root, or through a user namespace.
 *
 * @returns a function that encloses a command, or the reason why it cannot be done
 */
export function findNamespace(): { enclose: (command: readonly string[]) => string[] } | { reason: string } {
  let reason = 'unshare is not there'
  for (const flags of [rootFlags, userFlags]) {
    const [program, ...args] = enclose(flags, ['cat', '/proc/self/net/dev'])
    const tried = spawnSync(program!, args, { encoding: 'utf8', timeout: 5_000 })
    if (tried.status === 0 && /^\s*lo:/m.test(tried.stdout)) return { enclose: (command) => enclose(flags, command) }
    if (tried.error === undefined) reason = tried.stderr.trim().split('\n')[0] ?? reason
  }
  return { reason }
}
