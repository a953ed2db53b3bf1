/** What axe-core calls a serious or critical accessibility finding, in both themes. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'

interface Finding {
  impact: string
  id: string
  nodes: { html: string }[]
}

/** Looks at the part of the page that `selector` finds. */
export async function seriousFindings(page: Page, selector = 'html'): Promise<string[]> {
  const axe = await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.evaluate(axe)
    const findings = await page.evaluate<Finding[]>(
      `axe.run(${JSON.stringify(selector)}).then(({ violations }) => violations)`,
    )
    for (const { impact, id, nodes } of findings)
      if (impact === 'serious' || impact === 'critical') found.push(`${colorScheme} ${id}: ${nodes[0]?.html}`)
  }
  return found
}
