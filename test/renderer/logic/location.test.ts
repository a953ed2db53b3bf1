import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hashOfPlace, placeInHash } from '../../../src/renderer/logic/location.ts'

it('finds in a hash the place that it was made of, whatever its id', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('experiment' as const, 'dataset' as const, 'run' as const),
      fc.string({ minLength: 1, unit: 'grapheme' }),
      (kind, id) => {
        expect(placeInHash(hashOfPlace({ kind, id }))).toEqual({ kind, id })
      },
    ),
  )
})

it.each(['runs', 'lab', 'settings'] as const)('finds the page %s', (kind) => {
  expect(hashOfPlace({ kind })).toBe(`#/${kind}`)
  expect(placeInHash(`#/${kind}`)).toEqual({ kind })
})

it('takes everything else for the overview', () => {
  for (const hash of [
    '',
    '#/',
    '#/person/a',
    '#/runs/a',
    '#/experiment/',
    '#/experiment/%E0%A4%A',
    '#token=a',
  ])
    expect(placeInHash(hash)).toBeNull()
  expect(hashOfPlace(null)).toBe('#/')
})
