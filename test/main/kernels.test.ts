import { describe, expect, it } from 'vitest'
import { assemble, kernels } from '../../scripts/build-kernels.mjs'
import { adamWBytes } from '../../src/main/engine/host/adamW.wasm.ts'
import { dropoutMaskBytes } from '../../src/main/engine/host/dropoutMask.wasm.ts'
import { rowProductsBytes } from '../../src/main/statistics/rowProducts.wasm.ts'

const bytes: Record<string, string> = {
  'engine/host/adamW': adamWBytes,
  'engine/host/dropoutMask': dropoutMaskBytes,
  'statistics/rowProducts': rowProductsBytes,
}

describe.each(kernels)('the kernel %s', (kernel) => {
  it('is its assembled .wat file', async () => {
    const assembled = Buffer.from(await assemble(kernel)).toString('base64')
    expect(assembled, 'run: npm run build:kernels').toBe(bytes[kernel])
  })
})
