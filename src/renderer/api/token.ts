/**
 * The token of this start of the web host. It arrives in the fragment of the address (`#token=...`), which a
 * browser never sends anywhere, and is kept for reloads of this tab only. It is no cookie, because cookies do not
 * respect ports: every other server on 127.0.0.1 would be sent it.
 */

const storageKey = 'attention-workbench-token'

/** Moves the token out of the address into the tab's storage; empty if this tab was never given one. */
export function takeToken(page: Pick<Window, 'location' | 'history' | 'sessionStorage'>): string {
  const { hash, pathname, search } = page.location
  const token = /^#token=([\w-]+)$/.exec(hash)?.[1]
  if (!token) return page.sessionStorage.getItem(storageKey) ?? ''
  page.sessionStorage.setItem(storageKey, token)
  page.history.replaceState(null, '', pathname + search)
  return token
}
