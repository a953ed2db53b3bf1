/** What is shown, in the hash of the address, so that it survives a reload: "#/experiment/ID". */

const pattern = /^#\/experiment\/([^/]+)$/

export function experimentInHash(hash: string): string | null {
  const match = pattern.exec(hash)
  if (!match?.[1]) return null
  try {
    return decodeURIComponent(match[1])
  } catch {
    return null
  }
}

export function hashOfExperiment(id: string | null): string {
  return id === null ? '#/' : `#/experiment/${encodeURIComponent(id)}`
}
