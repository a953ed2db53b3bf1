/** Assembles src/main/engine/host/adamW.wat into the module that the program loads. A test checks that it is current. */
import { readFileSync, writeFileSync } from 'node:fs'
import wabt from 'wabt'

const folder = new URL('../src/main/engine/host/', import.meta.url)

/** The bytes of the assembled kernel. */
export async function assemble() {
  const assembler = await wabt()
  const module = assembler.parseWat('adamW.wat', readFileSync(new URL('adamW.wat', folder), 'utf8'), {
    simd: true,
  })
  return module.toBinary({}).buffer
}

if (import.meta.filename === process.argv[1]) {
  const bytes = Buffer.from(await assemble()).toString('base64')
  writeFileSync(
    new URL('adamW.wasm.ts', folder),
    `/** adamW.wat, assembled by \`npm run build:kernels\`. */\nexport const adamWBytes =\n  '${bytes}'\n`,
  )
}
