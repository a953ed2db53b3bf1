/** Assembles the kernels into the modules that the program loads. A test checks that they are current. */
import { readFileSync, writeFileSync } from 'node:fs'
import wabt from 'wabt'

const folder = new URL('../src/main/', import.meta.url)

/** .wat files without their ending. */
export const kernels = ['engine/host/adamW', 'engine/host/dropoutMask', 'statistics/rowProducts']

/** The bytes of an assembled kernel. */
export async function assemble(kernel) {
  const assembler = await wabt()
  const file = `${kernel}.wat`
  const module = assembler.parseWat(file, readFileSync(new URL(file, folder), 'utf8'), { simd: true })
  return module.toBinary({}).buffer
}

if (import.meta.filename === process.argv[1])
  for (const kernel of kernels) {
    const name = kernel.split('/').at(-1)
    const bytes = Buffer.from(await assemble(kernel)).toString('base64')
    writeFileSync(
      new URL(`${kernel}.wasm.ts`, folder),
      `/** ${name}.wat, assembled by \`npm run build:kernels\`. */\nexport const ${name}Bytes =\n  '${bytes}'\n`,
    )
  }
