import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dirichletEnergy,
  relativeDirichletEnergy,
  selfShareCoefficient,
  selfShareCosine,
  smoothnessSpectrum,
} from '../../../src/main/statistics/graph.ts'
import {
  centred,
  identity,
  matrixOf,
  sumOfSquares,
  transposed,
  zeros,
  type Matrix,
} from '../../../src/main/statistics/matrix.ts'
import { product } from '../../../src/main/statistics/products.ts'
import {
  compositeNorm,
  rankOneResidual,
  relativeSpread,
  spread,
} from '../../../src/main/statistics/rankCollapse.ts'
import { meanOverSequences } from '../../../src/main/statistics/sequences.ts'
import {
  attention,
  degenerate,
  gaussian,
  goldenX,
  numbersIn,
  repeated,
  rotated,
  scaled,
  translated,
  uniformGraph,
} from './arbitrary.ts'

const minus = (x: Matrix, y: Matrix): Matrix => ({
  ...x,
  numbers: x.numbers.map((value, i) => value - y.numbers[i]!),
})

describe('rank collapse', () => {
  it('has the golden values', () => {
    expect(spread(goldenX)).toBeCloseTo(8.30662386, 7)
    expect(relativeSpread(goldenX)).toBeCloseTo(0.60262583, 7)
  })

  it('is 0 for identical tokens, and 1 for centred ones', () => {
    const same = repeated([0.1, 0.2, 9], 7)
    expect([spread(same), relativeSpread(same), rankOneResidual(same)]).toEqual([0, 0, 0])
    expect(relativeSpread(centred(goldenX))).toBeCloseTo(1, 12)
    expect(rankOneResidual(centred(goldenX))).toBeCloseTo(1, 12)
  })

  it('has the composite norm of the largest sums of a row and of a column', () => {
    expect(compositeNorm(matrixOf([[1, -2], [3, 4]]))).toBeCloseTo(Math.sqrt(7 * 6), 12) // prettier-ignore
    expect(rankOneResidual(matrixOf([[2, 0], [0, 0]]))).toBeCloseTo(Math.sqrt(1 * 2) / 2, 12) // prettier-ignore
  })

  it('falls with every average of the tokens, to nothing', () => {
    let x: Matrix = gaussian(12, 4)
    const residuals = Array.from({ length: 5 }, () => {
      x = product(attention(x, x), x)
      return rankOneResidual(x)!
    })
    expect(residuals).toEqual([...residuals].sort((a, b) => b - a))
    expect(residuals.at(-1)).toBeLessThan(1e-5) // doubly exponentially
  })

  it('averages over sequences that have a value', () => {
    const x = matrixOf([[0], [2], [0], [0], [0], [4]]) // prettier-ignore
    expect(meanOverSequences(x, 2, relativeSpread)).toBeCloseTo(Math.SQRT1_2, 12)
    expect(meanOverSequences(x, 2, (sequence, index) => sequence.numbers[1]! + index)).toBe(3)
    expect(meanOverSequences(zeros(4, 1), 2, relativeSpread)).toBeNull()
  })
})

describe('Dirichlet energy', () => {
  it('is half the spread on the uniform graph: 34.5 of the golden tokens', () => {
    expect(dirichletEnergy(uniformGraph(8), goldenX)).toBeCloseTo(34.5, 10)
    expect(relativeDirichletEnergy(uniformGraph(8), goldenX)).toBeCloseTo(34.5 / sumOfSquares(goldenX), 12)
  })

  it('is 0 for identical tokens and without edges', () => {
    expect(dirichletEnergy(attention(goldenX, goldenX), repeated([0.1, 3], 8))).toBe(0)
    expect(dirichletEnergy(identity(8), goldenX)).toBe(0)
  })

  it('has the gradient L_w X, by finite differences', () => {
    const a = attention(goldenX, goldenX, true)
    const w = { ...a, numbers: a.numbers.map((value, i) => (value + transposed(a).numbers[i]!) / 2) }
    const degrees = Array.from({ length: 8 }, (_, i) =>
      w.numbers.slice(i * 8, i * 8 + 8).reduce((s, v) => s + v),
    )
    const averaged = product(w, goldenX).numbers
    for (const index of [0, 5, 15]) {
      const at = (by: number) =>
        dirichletEnergy(a, {
          ...goldenX,
          numbers: goldenX.numbers.with(index, goldenX.numbers[index]! + by),
        })!
      const expected = degrees[index >> 1]! * goldenX.numbers[index]! - averaged[index]!
      expect((at(1e-4) - at(-1e-4)) / 2e-4).toBeCloseTo(expected, 7)
    }
  })

  it('falls with diffusion on a symmetric graph', () => {
    const x = gaussian(9, 3)
    const graph = uniformGraph(9)
    const lazy = { ...graph, numbers: graph.numbers.map((value, i) => (value + identity(9).numbers[i]!) / 2) }
    expect(dirichletEnergy(graph, product(lazy, x))).toBeLessThan(dirichletEnergy(graph, x)!)
  })
})

describe('smoothness spectrum', () => {
  it('puts constant tokens at the lowest frequency and alternating ones at the highest', () => {
    // a ring: frequencies 1 − cos(2πk/n)
    const n = 8
    const ring = zeros(n, n)
    for (let i = 0; i < n; i++) for (const j of [(i + 1) % n, (i + n - 1) % n]) ring.numbers[i * n + j] = 0.5
    const constant = smoothnessSpectrum(ring, repeated([1, 2], n))!
    const angles = [0, 1, 1, 2, 2, 3, 3, 4].map((k) => 1 - Math.cos((2 * Math.PI * k) / n))
    constant.frequencies.forEach((value, i) => expect(value).toBeCloseTo(angles[i]!, 10))
    expect(constant.shares[0]).toBeCloseTo(1, 10)
    expect(constant.highShare).toBeCloseTo(0, 10)
    const alternating = smoothnessSpectrum(ring, matrixOf(Array.from({ length: n }, (_, i) => [(-1) ** i])))!
    expect(alternating.shares[7]).toBeCloseTo(1, 10)
    expect(alternating.highShare).toBeCloseTo(1, 10)
  })

  it('spreads the energy of equal frequencies evenly', () => {
    const { shares, highShare } = smoothnessSpectrum(uniformGraph(8), centred(goldenX))!
    expect(shares[0]).toBeCloseTo(0, 10)
    for (const share of shares.subarray(1)) expect(share).toBeCloseTo(1 / 7, 10)
    expect(highShare).toBeCloseTo(4 / 7, 10)
  })

  it('is null for zeros', () => {
    expect(smoothnessSpectrum(uniformGraph(8), zeros(8, 2))).toBeNull()
  })
})

describe('self-share', () => {
  const values = gaussian(8, 3, 1)
  const a = attention(goldenX, goldenX, true)
  const standard = product(a, values)

  it('gives a causal first token all of itself', () => {
    const first = (x: Matrix): Matrix => ({ ...x, rows: 1, numbers: x.numbers.subarray(0, 3) })
    expect(selfShareCosine(first(standard), first(values))).toBeCloseTo(1, 12)
    expect(selfShareCoefficient(first(standard), first(values))).toBeCloseTo(1, 12)
  })

  it('loses 1 by subtracting the identity', () => {
    const share = selfShareCoefficient(standard, values)!
    expect(selfShareCoefficient(minus(standard, values), values)).toBeCloseTo(share - 1, 12)
    expect(selfShareCosine(minus(standard, values), values)).not.toBeNull() // its first row is zero
  })

  it('is 0 of exclusive self-attention', () => {
    const exclusive = Float64Array.from(standard.numbers)
    for (let i = 0; i < 8; i++) {
      const [y, v] = [exclusive.subarray(i * 3, i * 3 + 3), values.numbers.subarray(i * 3, i * 3 + 3)]
      const along =
        y.reduce((s, value, c) => s + value * v[c]!, 0) / v.reduce((s, value) => s + value ** 2, 0)
      y.forEach((value, c) => (y[c] = value - along * v[c]!))
    }
    const output = { ...standard, numbers: exclusive }
    expect(Math.hypot(...exclusive.subarray(0, 3))).toBeLessThan(1e-12) // its direction is one of rounding
    expect(selfShareCosine(output, values)).toBeCloseTo(0, 6)
    const first = (x: Matrix): Matrix => ({ ...x, rows: 1, numbers: x.numbers.subarray(0, 3) })
    expect(selfShareCosine(first(output), first(values))).toBeNull()
    expect(selfShareCoefficient(output, values)).toBeCloseTo(0, 12)
  })

  it('is null without values', () => {
    expect([selfShareCosine(standard, zeros(8, 3)), selfShareCoefficient(standard, zeros(8, 3))]).toEqual([
      null,
      null,
    ])
  })
})

it('does not depend on rotation, nor energies on translation, nor shares on scale', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0.1, max: 10, noNaN: true }), (seed, factor) => {
      const x = gaussian(7, 3, seed)
      const a = attention(gaussian(7, 3, seed, 'queries'), x, seed % 2 === 0)
      const moved = translated(rotated(x, seed), [1, 2, 3])
      const grown = scaled(rotated(x, seed), factor)
      expect(spread(moved)).toBeCloseTo(spread(x)!, 9)
      expect(relativeSpread(grown)).toBeCloseTo(relativeSpread(x)!, 9)
      expect(rankOneResidual(scaled(x, factor))).toBeCloseTo(rankOneResidual(x)!, 9)
      expect(dirichletEnergy(a, moved)).toBeCloseTo(dirichletEnergy(a, x)!, 8)
      expect(relativeDirichletEnergy(a, grown)).toBeCloseTo(relativeDirichletEnergy(a, x)!, 9)
      const spectrum = smoothnessSpectrum(a, x)!
      expect(spectrum.shares.reduce((s, share) => s + share)).toBeCloseTo(1, 9)
      expect(smoothnessSpectrum(a, grown)!.highShare).toBeCloseTo(spectrum.highShare, 8)
    }),
  )
})

it.each(Object.entries(degenerate))('gives numbers or null for %s', (_, x) => {
  const graph = uniformGraph(x.rows)
  const found = [
    ...[spread(x), relativeSpread(x), rankOneResidual(x), dirichletEnergy(graph, x)],
    ...[relativeDirichletEnergy(graph, x), smoothnessSpectrum(graph, x)],
    ...[selfShareCosine(x, x), selfShareCoefficient(x, x)],
  ]
  expect(numbersIn(found).every(Number.isFinite)).toBe(true)
})
