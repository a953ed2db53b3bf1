/** The images that are the tokens of the lab, to be drawn where the tokens are. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { workbench } from '../api/index.ts'
import { bytesOf } from '../logic/pixels.ts'
import { useLab } from './lab.ts'

/** As many as one call answers. */
const mostPerCall = 1000

export interface TokenImages {
  readonly height: number
  readonly width: number
  readonly channels: number
  /** (n, height, width, channels) */
  readonly pixels: Uint8Array
}

export const useLabImages = defineStore('lab-images', () => {
  const lab = useLab()
  const images = shallowRef<TokenImages | null>(null)
  const wanted = computed(() => {
    const { settings, items } = lab.tokens ?? {}
    return settings?.source.kind === 'images' && items
      ? JSON.stringify([settings.source.dataset, items])
      : null
  })

  async function read(dataset: string, items: readonly number[]): Promise<TokenImages> {
    const parts = []
    for (let from = 0; from < items.length; from += mostPerCall)
      parts.push(
        await workbench.readImages({
          id: dataset,
          split: 'train',
          indices: items.slice(from, from + mostPerCall),
        }),
      )
    const bytes = parts.map(({ pixels }) => bytesOf(pixels))
    const pixels = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of bytes) {
      pixels.set(part, at)
      at += part.length
    }
    const { height, width, channels } = parts[0]!
    return { height, width, channels, pixels }
  }

  watch(
    wanted,
    async (now) => {
      images.value = null
      if (now === null) return
      const [dataset, items] = JSON.parse(now) as [string, number[]]
      try {
        const found = await read(dataset, items)
        if (wanted.value === now) images.value = found
      } catch {
        images.value = null // the tokens stay points
      }
    },
    { immediate: true },
  )
  return { images }
})
