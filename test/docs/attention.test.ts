/** docs/attention.md says what the catalogue says. `npx vitest run test/docs -u` writes it anew. */
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { attentionPage } from '../../scripts/attention-page.ts'
import { variants } from '../../src/shared/catalogue/variants.ts'

const file = path.join(import.meta.dirname, '../../docs/attention.md')

it('is current', async () => {
  const page = await format(attentionPage(), { ...(await resolveConfig(file)), filepath: file })
  await expect(page).toMatchFileSnapshot(file)
  for (const { id, source } of variants) {
    expect(page).toContain(`(\`${id}\`)`)
    expect(page).toContain(source)
  }
})
