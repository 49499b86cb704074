import type { MeasuredControl } from './control.ts'
import type { ServerReady } from './server-control.ts'

/** A process that stands between client hosts and server. */
export interface LinkControl extends MeasuredControl {
  /** Returns where clients connect in the target's place. */
  start(request: LinkStart): Promise<ServerReady>
  report(): LinkReport
}

export interface LinkStart extends LinkSetup {
  /** Module that exports `openLink`. */
  moduleUrl: string
}

/** What a link is opened with: its target is the server, or the next link on the way there. */
export interface LinkSetup<Plan = unknown> {
  target: ServerReady
  plan: Plan
  seed: number
  /** Accept queue that is asked for. */
  backlog: number
}

/** An open link. `pid` names the process that does the work, where that is not the one that opened it. */
export interface OpenLink extends ServerReady {
  report(): LinkReport
}

/** What each module of a kind of link exports as `openLink`. */
export type OpenLinkOf<Plan> = (setup: LinkSetup<Plan>) => Promise<OpenLink>

export interface LinkReport {
  /** Connections that it passed on over its life. */
  connectionCount: number
}
