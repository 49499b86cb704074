import { answerControl, measuredBy } from '../core/control.ts'
import type { LinkControl, LinkStart, OpenLink, OpenLinkOf } from '../core/link-control.ts'
import { ProcessMeter } from '../core/process-meter.ts'
import type { ServerReady } from '../core/server-control.ts'

/** Process entry: hosts one link of a path, of the kind that its module opens. */
let link: OpenLink

async function start({ moduleUrl, ...setup }: LinkStart): Promise<ServerReady> {
  const { openLink } = (await import(moduleUrl)) as { openLink: OpenLinkOf<unknown> }
  link = await openLink(setup)
  const { host, port, pid } = link
  return { host, port, pid }
}

const control: LinkControl = { start, report: () => link.report(), ...measuredBy(new ProcessMeter()) }
answerControl(control)
