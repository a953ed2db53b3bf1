/** The settings of a home: one for all windows and the command line on it, kept in the table `setting`. */
import './without-eval.ts'
import { z } from 'zod'
import { concurrencySchema } from './queue.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const settingsSchema = z.object({
  theme: z.enum(themes).describe('colours of the window; system: as the desktop has them'),
  concurrency: concurrencySchema.describe('how many runs share the cores at once; null: automatic'),
  notifications: z
    .boolean()
    .describe('whether the desktop tells what ended while the window is not looked at (Electron only)'),
  singleKeys: z.boolean().describe('whether shortcuts of one key, such as ? for help, are heard'),
})
export type Settings = z.infer<typeof settingsSchema>
export type SettingName = keyof Settings
export const settingNames = Object.keys(settingsSchema.shape) as SettingName[]

/** Where nothing was set. */
export const defaultSettings: Settings = {
  theme: 'system',
  concurrency: null,
  notifications: false,
  singleKeys: true,
}
