/** docs/statistics.md says what the catalogue says. `npx vitest run test/docs -u` writes it anew. */
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { statisticsPage } from '../../scripts/statistics-page.ts'
import { statistics } from '../../src/shared/catalogue/statistics.ts'

const file = path.join(import.meta.dirname, '../../docs/statistics.md')

it('is current', async () => {
  const page = await format(statisticsPage(), { ...(await resolveConfig(file)), filepath: file })
  await expect(page).toMatchFileSnapshot(file)
})

it('says everything about every statistic, as it is written in the catalogue', () => {
  const page = statisticsPage()
  for (const { id, formula, meaning, range, reading, caveat, source, profile } of statistics) {
    const section = page.split(`(\`${id}\`)\n`)[1]!.split(/^#/m)[0]!
    for (const text of [formula, meaning, range, reading, caveat ?? '', source, `profile \`${profile}\``])
      expect(section, id).toContain(text)
  }
})
