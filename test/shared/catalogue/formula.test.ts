/** What a combination of axes says about itself: TeX that can be drawn, and what it learns. */
import fc from 'fast-check'
import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { attentionReader } from '../../../src/main/model/attention/reader.ts'
import {
  attentionAxesSchema,
  choicesOf,
  contradiction,
  standardAxes,
  type AttentionAxes,
  type AttentionChoices,
} from '../../../src/shared/attention.ts'
import { formulaOf } from '../../../src/shared/catalogue/formula.ts'
import { parametersOf } from '../../../src/shared/catalogue/ownVariants.ts'
import { variants } from '../../../src/shared/catalogue/variants.ts'

const shape = attentionAxesSchema.shape
const choicesOn = (axis: 'score' | 'prior' | 'diagonal' | 'normaliser' | 'operator' | 'term' | 'readout') =>
  fc.constantFrom(...(shape[axis].def.innerType.options as readonly string[]))

/** Any combination of axes that does not contradict itself. */
const combinations = fc
  .record({
    score: choicesOn('score'),
    prior: choicesOn('prior'),
    diagonal: choicesOn('diagonal'),
    retrieval: fc.nat(3),
    keyAdaptation: fc.nat(3),
    normaliser: choicesOn('normaliser'),
    columnExponent: fc.constantFrom(0, 0.5, 1),
    operator: choicesOn('operator'),
    term: choicesOn('term'),
    readout: choicesOn('readout'),
  })
  .map((choices) => attentionAxesSchema.parse(choices))
  .filter((axes) => contradiction(axes) === null)

const formula = (choices: AttentionChoices) => formulaOf(attentionAxesSchema.parse(choices))
const draw = (tex: string) => katex.renderToString(tex, { throwOnError: true, strict: 'error' })

describe('formulaOf', () => {
  it('writes standard attention as everybody does', () => {
    expect(formulaOf(standardAxes)).toBe(
      String.raw`\operatorname{softmax}\!\left(\tfrac{QK^\top}{\sqrt d}\right)\,V`,
    )
  })

  it.each<[AttentionChoices, string]>([
    [
      { operator: 'laplacian' },
      String.raw`\left(\operatorname{softmax}\!\left(\tfrac{QK^\top}{\sqrt d}\right)-I\right)V`,
    ],
    [
      { prior: 'position', term: 'covariance' },
      String.raw`\Sigma\eta+\operatorname{softmax}_j\!\left(\tfrac{q_i\cdot k_j}{\sqrt d}+\log\pi_j\right)\,V,\quad \eta=\tfrac{q}{\sqrt d}`,
    ],
    [
      { score: 'distance', prior: 'magnitude' },
      String.raw`\operatorname{softmax}_j\!\left(-\tfrac{\lVert q_i-k_j\rVert^2}{2\sqrt d}+\tfrac1{2\sqrt d}\lVert k_j\rVert^2\right)\,V`,
    ],
    [
      { operator: 'graph-filter', filterOrder: 3 },
      String.raw`\left(A+\lambda\left(A+2(A^2-A)\right)\right)V,\quad A=\operatorname{softmax}\!\left(\tfrac{QK^\top}{\sqrt d}\right)`,
    ],
    [
      { readout: 'tied-gradient' },
      String.raw`\tfrac{1}{\sqrt d}\left(\operatorname{softmax}\!\left(\tfrac{QK^\top}{\sqrt d}\right)\,K\right)W_Q^\top`,
    ],
  ])('writes %j', (choices, expected) => expect(formula(choices)).toBe(expected))

  it('is TeX that can be drawn, for every combination', () => {
    fc.assert(
      fc.property(combinations, (axes) => void draw(formulaOf(axes))),
      { numRuns: 300 },
    )
    for (const { axes } of variants) draw(formulaOf(axes))
  })

  it('tells combinations apart by every choice that computes something', () => {
    const formulas = variants.map(({ axes }) => formulaOf(axes))
    expect(new Set(formulas).size).toBe(variants.length)
  })
})

describe('parametersOf', () => {
  it('says "none" exactly where nothing is learned beyond the maps of standard attention', () => {
    const learns = (axes: AttentionAxes) =>
      axes.readout === 'tied-gradient' ||
      attentionReader(axes, { width: 8, heads: 2, headWidth: 4, tokens: 4, layer: 0 }).parameters.length > 0
    fc.assert(
      fc.property(combinations, (axes) => {
        expect(parametersOf(axes) !== 'none', JSON.stringify(choicesOf(axes))).toBe(learns(axes))
      }),
      { numRuns: 300 },
    )
  })

  it('names the numbers of the variant', () => {
    const axes = attentionAxesSchema.parse({
      operator: 'laplacian-gamma',
      gamma: 0.5,
      term: 'low-rank',
      termRank: 7,
    })
    expect(parametersOf(axes)).toMatch(/γ per head, initially 0\.5.*d × 7/)
  })
})
