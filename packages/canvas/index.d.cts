import type { SvgCanvas } from '@napi-rs/canvas'

export * from '@napi-rs/canvas/node-canvas'

export function createSvgCanvas(width: number, height: number): SvgCanvas
