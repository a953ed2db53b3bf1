/** Colours of styles/tokens.css as they are right now: each is a light and a dark one there, which a canvas cannot read. */

/** A colour by the name of its custom property, as #rrggbb, in the theme of the moment. */
export function shownColours(): (property: string) => string {
  const known = new Map<string, string>()
  return (property) => {
    const colour = known.get(property) ?? computed(property)
    known.set(property, colour)
    return colour
  }
}

/** As the browser computes it for an element of the page. */
function computed(property: string): string {
  const probe = document.createElement('span')
  probe.hidden = true
  probe.style.color = `var(${property})`
  document.body.append(probe)
  const colour = hexOf(getComputedStyle(probe).color)
  probe.remove()
  return colour
}

/** "rgb(0, 103, 166)" -> "#0067a6"; what is written in another way is left as it is. */
export function hexOf(colour: string): string {
  const channels = /^rgb\((\d+),? (\d+),? (\d+)\)$/.exec(colour)?.slice(1)
  return channels
    ? `#${channels.map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`
    : colour
}
