/**
 * Dropout masks from nothing but (seed, step, site, element): resumable without any state, and the same on every
 * device, because the masks are inputs of the training program. What is dropped where is the model's business.
 */
import { dropoutMaskBytes } from './host/dropoutMask.wasm.ts'
import { philox, purposes, streamOf } from './random.ts'

/** Draws are 16 bits wide, so probabilities are whole multiples of 1/65536. */
const draws = 0x10000

/** Draws below this number drop their element. */
const thresholdOf = (probability: number): number => Math.round(probability * draws)

/**
 * What kept elements are multiplied with so that the expectation stays the same: 1/(1 − p), with the p that the masks
 * really have (inverted dropout, Srivastava et al. 2014, JMLR 15, section 10).
 */
export const dropoutScale = (probability: number): number => draws / (draws - thresholdOf(probability))

/** The kernel of dropoutMask.wat writes here, a part of a mask at a time: what fits a processor's cache. */
const memory = new WebAssembly.Memory({ initial: 1 })
const part = new Uint8Array(memory.buffer)
const { exports: kernel } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(dropoutMaskBytes, 'base64')),
  { host: { memory } },
)
const fill = kernel.fill as (
  ...numbers: [word: number, bytes: number, ...keys: [number, number, number]]
) => void

/**
 * Fills `mask` with 1 (kept) and 0 (dropped). Word w = mix(mix(w ⊕ k₀) ⊕ k₁) decides the elements 2w, by its low
 * half, and 2w + 1, by its high half; Philox makes the keys k₀, k₁ from (seed, step, site). One key would let two
 * masks be permutations of each other: the second breaks that. `mix` is a bijection of 32-bit integers with an
 * avalanche bias of 0.11 bit: lowbias32 of Wellons' hash-prospector. 0.6 ns an element.
 */
export function fillMask(
  mask: Uint8Array,
  { seed, step, site, probability }: { seed: number; step: number; site: string; probability: number },
): void {
  const [key0, key1] = philox(
    [step >>> 0, Math.floor(step / 2 ** 32), streamOf(site), 2],
    [seed >>> 0, purposes.dropout],
  )
  for (let start = 0; start < mask.length; start += part.length) {
    const length = Math.min(part.length, mask.length - start)
    fill(start / 2, length, key0, key1, thresholdOf(probability))
    mask.set(part.subarray(0, length), start)
  }
}
