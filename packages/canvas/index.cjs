'use strict'

// One statement, so that Node finds the names and `import { createCanvas } from 'canvas'` works too.
module.exports = require('@napi-rs/canvas/node-canvas')

// Text as outlines: as characters, the font's own forms of brackets would need the font where the picture is looked at.
module.exports.createSvgCanvas = (width, height) => {
  const { createCanvas, SvgExportFlag } = require('@napi-rs/canvas')
  return createCanvas(width, height, SvgExportFlag.ConvertTextToPaths)
}
