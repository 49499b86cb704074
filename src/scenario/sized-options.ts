import type { Scenario } from '../core/scenario.ts'
import { transportOf } from '../core/transports/registry.ts'
import { warning, type Warning } from '../core/warnings.ts'
import { sizesOf } from '../traffic/channel-volume.ts'

/**
 * The scenario with the options that the traffic sizes: each that its file leaves out is raised from its default to what
 * it may have to hold, so that a default never decides which transport loses.
 *
 * @param isSet whether the file or a flag sets this option of this contender
 */
export function withSizedOptions(scenario: Scenario, isSet: (contender: number, option: string) => boolean): Scenario {
  const sizes = sizesOf(scenario)
  const contenders = scenario.contenders.map((contender, index) => {
    const raised = sizedOptionsOf(contender.transport)
      .filter(([option, held]) => !isSet(index, option) && (contender[option] as number) < sizes[held])
      .map(([option, held]) => [option, sizes[held]])
    return { ...contender, ...Object.fromEntries(raised) } as typeof contender
  })
  return { ...scenario, contenders }
}

/** What the file sets to less than one message. */
export function smallOptionWarnings(scenario: Scenario): Warning[] {
  const { message: messageBytes } = sizesOf(scenario)
  return scenario.contenders.flatMap((contender) =>
    sizedOptionsOf(contender.transport)
      .filter(([option]) => (contender[option] as number) < messageBytes)
      .map(([option]) =>
        warning(
          'WARN_OPTION_SMALL',
          `${contender.label}: ${option} is ${String(contender[option])}, but one message takes up to ${messageBytes} bytes (messageBytes ${scenario.traffic.messageBytes} and ${messageBytes - scenario.traffic.messageBytes} around it): this option would decide the result, not the transport. Set at least ${messageBytes}, or leave it out.`,
        ),
      ),
  )
}

function sizedOptionsOf(transport: string): [string, 'message' | 'queue'][] {
  return Object.entries(transportOf(transport).sizedOptions as Record<string, 'message' | 'queue'>)
}
