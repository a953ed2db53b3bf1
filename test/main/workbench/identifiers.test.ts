import { describe, expect, it } from 'vitest'
import { closestName, knownNames, newIdentifier } from '../../../src/main/workbench/identifiers.ts'

describe('newIdentifier', () => {
  it('gives eight lower-case letters and digits, never the same twice', () => {
    const identifiers = Array.from({ length: 1000 }, newIdentifier)
    for (const identifier of identifiers) expect(identifier).toMatch(/^[a-z2-7]{8}$/)
    expect(new Set(identifiers).size).toBe(1000)
  })
})

describe('closestName', () => {
  const known = ['standard', 'laplacian', 'exponential-family']

  it.each([
    ['standrd', 'standard'],
    ['Standard', 'standard'],
    ['laplacain', 'laplacian'],
    ['exponentialfamily', 'exponential-family'],
  ])('understands %s as %s', (typed, meant) => expect(closestName(typed, known)).toBe(meant))

  it('does not guess at something else entirely', () => {
    expect(closestName('performer', known)).toBeUndefined()
    expect(closestName('', known)).toBeUndefined()
  })
})

describe('knownNames', () => {
  it('suggests and lists', () => {
    expect(knownNames('b', ['ab', 'cd'])).toBe('Did you mean "ab"? Known: ab, cd.')
    expect(knownNames('zzzz', ['ab', 'cd'])).toBe('Known: ab, cd.')
    expect(knownNames('x', [])).toBe('There are none yet.')
  })

  it('lists only the latest of many', () => {
    const many = Array.from({ length: 68 }, (_, index) => `run${index}`)
    expect(knownNames('qqqqqqq', many)).toBe(`The latest: ${many.slice(8).join(', ')}.`)
  })
})
