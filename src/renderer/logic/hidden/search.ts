/** The list of statistics as it is read and searched: by family, in the catalogue's order. */

/** What the list needs of a statistic. */
export interface Listed {
  id: string
  name: string
  family: string
  meaning: string
}

export interface StatisticFamily<Row extends Listed> {
  name: string
  statistics: Row[]
}

export function byFamily<Row extends Listed>(statistics: readonly Row[]): StatisticFamily<Row>[] {
  const families = new Map<string, Row[]>()
  for (const row of statistics) families.set(row.family, [...(families.get(row.family) ?? []), row])
  return [...families].map(([name, rows]) => ({ name, statistics: rows }))
}

/** Those in whose name, id, family or meaning every word of the query occurs. */
export function searchStatistics<Row extends Listed>(statistics: readonly Row[], query: string): Row[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return statistics.filter(({ id, name, family, meaning }) => {
    const text = [id, name, family, meaning].join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
