/** Places in a block, named as TransformerLens names them, in the order of the forward pass, and in words. */

const words: readonly (readonly [tap: string, meaning: string])[] = [
  ['hook_embed', 'embedding'],
  ['hook_resid_pre', 'residual stream before the block'],
  ['ln1.hook_normalized', 'after the first norm'],
  ['attn.hook_q', 'queries'],
  ['attn.hook_k', 'keys'],
  ['attn.hook_v', 'values'],
  ['attn.hook_attn_scores', 'scores'],
  ['attn.hook_pattern', 'attention matrix'],
  ['attn.hook_z', 'what the heads read'],
  ['attn', 'heads together'],
  ['hook_attn_out', 'output of attention'],
  ['hook_resid_mid', 'residual stream after attention'],
  ['ln2.hook_normalized', 'after the second norm'],
  ['hook_mlp_out', 'output of the MLP'],
  ['hook_resid_post', 'residual stream after the block'],
  ['ln_final.hook_normalized', 'after the last norm'],
  ['block', 'the whole block'],
]
const places = new Map(words.map(([tap], place) => [tap, place]))
const meanings = new Map(words)

/** What a tap is, in words; its name where it is none of the known ones. */
export const tapMeaning = (tap: string): string => meanings.get(tap) ?? tap

/** In the order of the forward pass; unknown ones last, by name. */
export function sortTaps(taps: Iterable<string>): string[] {
  const place = (tap: string) => places.get(tap) ?? words.length
  return [...new Set(taps)].sort((a, b) => place(a) - place(b) || a.localeCompare(b))
}

/** The tap to begin with: the residual stream that leaves the block, else the first of them. */
export const firstTap = (taps: readonly string[]): string | null =>
  taps.includes('hook_resid_post') ? 'hook_resid_post' : (taps[0] ?? null)

/** "layer 3"; what belongs to no block is "the model". */
export const layerName = (layer: number | null): string => (layer === null ? 'the model' : `layer ${layer}`)
