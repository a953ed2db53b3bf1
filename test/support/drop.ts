/** Dropping files as a person does: the browser itself makes the drag events, with real files behind them. */
import type { Page } from 'playwright-core'

/** Drags `files` (absolute paths) over the middle of the page and drops them there. */
export async function dropFiles(page: Page, files: string[]): Promise<void> {
  const [x, y] = await page.evaluate(() => [window.innerWidth / 2, window.innerHeight / 2] as const)
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files, dragOperationsMask: 1 /* copy */ }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x, y, data })
  await session.detach()
}
