/** The menus: the usual ones, and the commands of shared/commands.ts that name a menu. The window does what is chosen. */
import type { MenuItemConstructorOptions } from 'electron'
import { commandIds, commandWords, type CommandWords } from '../../../shared/commands.ts'

/** @param choose hears the id of the command that was chosen */
export function menuTemplate(
  choose: (id: string) => void,
  platform: NodeJS.Platform = process.platform,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const items = (menu: CommandWords['menu']): MenuItemConstructorOptions[] =>
    commandIds
      .filter((id) => commandWords[id].menu === menu)
      .map((id) => ({ id, label: commandWords[id].title, ...accelerator(id), click: () => choose(id) }))
  const separator = { type: 'separator' as const }
  return [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [...items('File'), separator, mac ? { role: 'close' } : { role: 'quit' }],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        ...items('View'),
        ...[separator, { role: 'resetZoom' as const }, { role: 'zoomIn' as const }],
        ...[{ role: 'zoomOut' as const }, separator, { role: 'togglefullscreen' as const }],
        { role: 'toggleDevTools' },
      ],
    },
    { label: '&Go', submenu: items('Go') },
    { role: 'windowMenu' },
    { role: 'help', submenu: items('Help') },
  ]
}

/**
 * The keys beside an entry. The page hears them first and takes what it hears, so that an entry is chosen once; elsewhere than
 * on a Mac they are only shown. Strokes without a modifier are for the page alone.
 */
function accelerator(id: keyof typeof commandWords): MenuItemConstructorOptions {
  const { keys } = commandWords[id]
  if (!keys?.startsWith('Mod+')) return {}
  return { accelerator: keys.replace('Mod', 'CommandOrControl'), registerAccelerator: false }
}
