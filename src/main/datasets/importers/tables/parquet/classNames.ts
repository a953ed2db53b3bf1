/** The names of classes that the datasets library of Hugging Face writes into the footer of a Parquet file. */
import { z } from 'zod'

const metadataSchema = z.object({
  info: z.object({ features: z.record(z.string(), z.unknown()) }),
})
const classLabelSchema = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()).max(65_536) })

/** By column; nothing where `text` is not what that library writes. */
export function classNamesIn(text: string | undefined): Record<string, string[]> {
  const metadata = metadataSchema.safeParse(parsed(text))
  if (!metadata.success) return {}
  return Object.fromEntries(
    Object.entries(metadata.data.info.features).flatMap(([column, feature]) => {
      const label = classLabelSchema.safeParse(feature)
      return label.success ? [[column, label.data.names]] : []
    }),
  )
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
