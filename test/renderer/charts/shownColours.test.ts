import { expect, it } from 'vitest'
import { hexOf } from '../../../src/renderer/charts/shownColours.ts'

it.each([
  ['rgb(0, 103, 166)', '#0067a6'],
  ['rgb(255 255 255)', '#ffffff'],
  ['rgba(0, 0, 0, 0.5)', 'rgba(0, 0, 0, 0.5)'],
])('writes %s as %s', (colour, written) => expect(hexOf(colour)).toBe(written))
