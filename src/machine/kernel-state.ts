import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { processorPressureRatio, processorTicks } from './proc.ts'
import { networkSettings, settingFile } from './namespace.ts'
import { systemFiles, type SystemFiles } from './system-files.ts'

const cpuFolder = '/sys/devices/system/cpu'
const khzPerMhz = 1_000

/** Settings of the network and of memory that change a figure. */
const settings = [...networkSettings, 'kernel.numa_balancing', 'vm.swappiness']

/**
 * Clock of the first processor in MHz: the most that its governor may choose, or, where nothing governs it (virtual
 * machines), what the kernel measured at boot. Null where neither is reported (most ARM).
 */
export function cpuClockMhz(system: SystemFiles = systemFiles()): number | null {
  const mostKhz = system.read(`${cpuFolder}/cpu0/cpufreq/cpuinfo_max_freq`)
  const mhz = mostKhz === null ? /^cpu MHz\s*:\s*([\d.]+)/m.exec(system.read('/proc/cpuinfo') ?? '')?.[1] : Number(mostKhz) / khzPerMhz
  return mhz === undefined || !Number.isFinite(Number(mhz)) ? null : Math.round(Number(mhz))
}

/** How the kernel is set and built, as far as it can change a figure. What it does not report is null. */
export function kernelState(system: SystemFiles = systemFiles()) {
  const config = system.read(`/boot/config-${release()}`) ?? builtInConfig()
  const smt = system.read(`${cpuFolder}/smt/active`)
  return {
    clocksource: system.read('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    cpuGovernor: system.read(`${cpuFolder}/cpu0/cpufreq/scaling_governor`),
    smtActive: smt === null ? null : smt === '1',
    mitigations: mitigations(system),
    timerHz: Number(/^CONFIG_HZ=(\d+)$/m.exec(config ?? '')?.[1]) || null,
    cpuAccounting: /^CONFIG_(TICK_CPU_ACCOUNTING|VIRT_CPU_ACCOUNTING_(?:GEN|NATIVE))=y$/m.exec(config ?? '')?.[1]?.toLowerCase() ?? null,
    sysctl: Object.fromEntries(
      settings.flatMap((name) => {
        const value = system.read(settingFile(name))
        return value === null ? [] : [[name, value.replaceAll(/\s+/g, ' ')]]
      }),
    ),
  }
}

/** What others did to the processors before the run: 0 to 1, null where it is not reported. */
export function processorPressure(system: SystemFiles = systemFiles()) {
  const processors = [...(processorTicks(system.read('/proc/stat'))?.values() ?? [])]
  const totalTicks = processors.reduce((sum, { all }) => sum + all, 0)
  return {
    /** Share of the last 10 s in which something waited for a processor (PSI). */
    cpuPressureRatio: processorPressureRatio(system.read('/proc/pressure/cpu')),
    /** Share of processor time since boot that the hypervisor gave to others. */
    stealSinceBootRatio: totalTicks === 0 ? null : processors.reduce((sum, { stolen }) => sum + stolen, 0) / totalTicks,
  }
}

/** One line for all: flaws that do not affect this processor are left out, so that it stays short. */
function mitigations(system: SystemFiles): string | null {
  const folder = `${cpuFolder}/vulnerabilities`
  const names = system.list(folder)
  if (names.length === 0) return null
  const affected = names.flatMap((name) => {
    const state = system.read(`${folder}/${name}`)
    return state === null || state === 'Not affected' ? [] : [`${name}: ${state.split(/[;:]/)[0]}`]
  })
  return affected.length === 0 ? 'not affected' : affected.join('; ')
}

function builtInConfig(): string | null {
  try {
    return gunzipSync(readFileSync('/proc/config.gz')).toString()
  } catch {
    return null
  }
}
