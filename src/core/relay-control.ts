import type { CloseOrder, WindowOrder } from './control.ts'
import type { NetworkPlan } from './network-plan.ts'
import type { WindowReading } from './process-meter.ts'
import type { ServerReady } from './server-control.ts'

/** The process that stands for the network between client hosts and server. */
export interface RelayControl {
  start(order: RelayStart): Promise<ServerReady>
  window(order: WindowOrder): void
  closeWindow(order: CloseOrder): void
  report(): RelayReport
}

export interface RelayStart {
  target: ServerReady
  plan: NetworkPlan
  seed: number
  backlog: number
}

export interface RelayReport {
  /** Connections that it passed on over its life. */
  connectionCount: number
  window: WindowReading
}
