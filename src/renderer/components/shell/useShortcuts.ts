/** Hears the keys of commands, wherever the focus is, unless one types there or something lies over the window. */
import { onBeforeUnmount, onMounted } from 'vue'
import { createStrokes, isPlain, strokeOf } from '../../logic/commands/strokes.ts'
import { useCommands } from '../../stores/commands.ts'
import { useSettings } from '../../stores/settings.ts'

export const isMac = navigator.userAgent.includes('Mac')

const fields = 'textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])'
/** Where letters choose among what is listed. */
const lists = '[role=menu], [role=listbox], [role=combobox]'
/** A sheet, a question, the palette: what is behind them waits. */
const over = '[role=dialog], [role=alertdialog]'

export function useShortcuts(): void {
  const commands = useCommands()
  const settings = useSettings()
  const strokes = createStrokes()

  function hear(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.repeat) return
    const stroke = strokeOf(event, isMac)
    const target = event.target instanceof Element ? event.target : null
    if (stroke === null || document.querySelector(over) || target?.closest(lists)) return
    const types = target?.closest(fields) ?? null
    const heard = commands.all.filter(
      ({ keys }) =>
        keys !== undefined &&
        // Undo belongs to the field that one types in
        (types ? !isPlain(keys) && keys !== 'Mod+Z' : !isPlain(keys) || settings.values.singleKeys),
    )
    const complete = strokes(
      stroke,
      event.timeStamp,
      heard.map(({ keys }) => keys!),
    )
    if (complete === null) return
    event.preventDefault()
    void heard.find(({ keys }) => keys === complete)!.run()
  }
  onMounted(() => window.addEventListener('keydown', hear))
  onBeforeUnmount(() => window.removeEventListener('keydown', hear))
}
