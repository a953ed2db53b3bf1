/** Whether the window can reach the workbench, as something to watch. */

export type ConnectionState = 'connecting' | 'open' | 'lost'

export interface Connection {
  readonly state: ConnectionState
  /** Calls `listener` at once and at every change until the returned function is called. */
  subscribe(listener: (state: ConnectionState) => void): () => void
}

/** Under Electron the workbench lives as long as the window. */
export const alwaysOpen: Connection = {
  state: 'open',
  subscribe(listener) {
    listener('open')
    return () => {}
  },
}

/** A connection whose state `change` sets. */
export function createConnection(): { connection: Connection; change(state: ConnectionState): void } {
  let state: ConnectionState = 'connecting'
  const listeners = new Set<(state: ConnectionState) => void>()
  return {
    connection: {
      get state() {
        return state
      },
      subscribe(listener) {
        listeners.add(listener)
        listener(state)
        return () => listeners.delete(listener)
      },
    },
    change(next) {
      if (next === state) return
      state = next
      for (const listener of listeners) listener(state)
    },
  }
}
