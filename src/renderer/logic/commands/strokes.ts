/** Keys as shared/commands.ts writes them, from what a keyboard sends, and back to what is printed on the keys. */

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/**
 * "Mod+K", "Shift+A", "?": null for what is no stroke of a command. Shift is named with letters only, since other characters
 * need it on some keyboards and not on others.
 */
export function strokeOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed, mac: boolean): string | null {
  if (['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'Dead', 'Unidentified'].includes(key)) return null
  const writes = ctrlKey && altKey && key.length === 1 // AltGr
  const mod = !writes && (mac ? metaKey : ctrlKey)
  if (!writes && (altKey || (mac ? ctrlKey : metaKey))) return null
  const name = key.length === 1 ? key.toUpperCase() : key
  const shift = shiftKey && (key.length > 1 || name.toLowerCase() !== name)
  return [...(mod ? ['Mod'] : []), ...(shift ? ['Shift'] : []), name].join('+')
}

/** A second stroke belongs to the first for so long. */
const sequenceMs = 1200

/**
 * Hears strokes, and says which keys are complete: "G" and then "R" are "G R". Null where they are not yet, or of no command.
 * @param known the keys of all commands
 */
export function createStrokes(): (stroke: string, at: number, known: readonly string[]) => string | null {
  let before: { stroke: string; at: number } | null = null
  return (stroke, at, known) => {
    const pair = before && at - before.at < sequenceMs ? `${before.stroke} ${stroke}` : null
    before = null
    if (pair !== null && known.includes(pair)) return pair
    if (known.includes(stroke)) return stroke
    if (known.some((keys) => keys.startsWith(`${stroke} `))) before = { stroke, at }
    return null
  }
}

/** Whether keys have no modifier, and so would be typed where one types. */
export const isPlain = (keys: string): boolean => !keys.includes('Mod+')

const printed: Record<string, string> = { Enter: '↵', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' }

/** Strokes as the person's keyboard has them: [["Ctrl", "K"]], on a Mac [["⌘", "K"]]. */
export function printedKeys(keys: string, mac: boolean): string[][] {
  const modifiers: Record<string, string> = mac ? { Mod: '⌘', Shift: '⇧' } : { Mod: 'Ctrl', Shift: 'Shift' }
  return keys
    .split(' ')
    .map((stroke) => stroke.split(/\+(?=.)/).map((key) => modifiers[key] ?? printed[key] ?? key))
}
