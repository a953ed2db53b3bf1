/** What a person may keep of a chart: the picture that it is, and the numbers that it draws. */
import type { Table } from '../logic/csv.ts'
import type { ChartTheme } from './palette.ts'
import type { Picture } from './picture.ts'

export interface ChartFile {
  /** What the files are called, without their endings: "tinyshakespeare validation/loss". */
  name: string
  picture(theme: ChartTheme): Picture
  table(): Table
}

/** A name that every file system takes: letters, digits, dots and hyphens. */
export const fileName = (name: string, extension: string): string =>
  `${name.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').replaceAll(/^-+|-+$/g, '') || 'chart'}.${extension}`
