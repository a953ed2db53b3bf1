/** The registry of commands: those of the app, and those that the shown page adds while it is shown. */
import { defineStore } from 'pinia'
import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import type { Command } from '../logic/commands/command.ts'

type Source = () => readonly Command[]

export const useCommands = defineStore('commands', () => {
  const sources = shallowRef<readonly Source[]>([])
  /** Those that can be given now. */
  const all = computed(() => sources.value.flatMap((source) => source()))
  const paletteIsOpen = ref(false)
  const helpIsOpen = ref(false)

  /** Adds what `source` lists, which may change, until the returned function is called. */
  function add(source: Source): () => void {
    sources.value = [...sources.value, source]
    return () => void (sources.value = sources.value.filter((other) => other !== source))
  }
  const find = (id: string): Command | undefined => all.value.find((command) => command.id === id)

  return { all, paletteIsOpen, helpIsOpen, add, find }
})

/** Commands of a page, in its setup: listed reactively, and gone with it. */
export function usePageCommands(source: Source): void {
  onBeforeUnmount(useCommands().add(source))
}
