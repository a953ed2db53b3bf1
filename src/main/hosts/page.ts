/** The page of the window, in the theme that was chosen: from its first paint on, without a script. */
import { readFile } from 'node:fs/promises'
import type { Workbench } from '../workbench.ts'

/** What is needed of a workbench to know the theme. */
export type ThemedWorkbench = { readonly api: Pick<Workbench['api'], 'readSettings'> }

/** The content of a file of the built window, which is the page where its name says so. */
export async function contentOf(file: string, { api }: ThemedWorkbench): Promise<Uint8Array | string> {
  if (!file.endsWith('.html')) return readFile(file)
  const page = await readFile(file, 'utf8')
  const theme = await api.readSettings({}).then(
    (settings) => settings.theme,
    () => 'system' as const, // a database that cannot be read is told in the window, not instead of it
  )
  return theme === 'system' ? page : page.replace('<html ', `<html data-theme="${theme}" `)
}
