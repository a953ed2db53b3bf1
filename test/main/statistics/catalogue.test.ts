/** The catalogue of statistics as a person reads it. */
import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { statistics } from '../../../src/shared/catalogue/statistics.ts'

describe('the catalogue of statistics', () => {
  it('names every statistic once', () => {
    expect(new Set(statistics.map(({ id }) => id)).size).toBe(statistics.length)
    expect(new Set(statistics.map(({ name }) => name)).size).toBe(statistics.length)
  })

  it.each(statistics.map((row) => [row.id, row] as const))('says everything about %s', (id, row) => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    for (const text of [row.name, row.meaning, row.range, row.reading, row.source, row.units])
      expect(text.trim()).not.toBe('')
    expect(() => katex.renderToString(row.formula, { throwOnError: true, strict: 'error' })).not.toThrow()
  })
})
