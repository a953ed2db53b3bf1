/** Draws resources/icon.png, from which the icons of every system are made, from the icon of the window. */
import sharp from 'sharp'

const side = 1024
await sharp('src/renderer/public/icon.svg', { density: (72 * side) / 32 })
  .resize(side, side)
  .png({ compressionLevel: 9, palette: true })
  .toFile('resources/icon.png')
