/**
 * Every item with what `work` makes of it, in the order of the items, while up to `atOnce` of them are worked on.
 * Where somebody stops listening or a piece of work fails, what is under way is waited for, and nothing new is begun.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<[Item, Result]> {
  const underWay: [Item, Promise<Result>][] = []
  const first = async (): Promise<[Item, Result]> => {
    const [item, result] = underWay[0]!
    const done = await result
    underWay.shift()
    return [item, done]
  }
  try {
    for (const item of items) {
      const result = work(item)
      result.catch(() => {}) // it is told when its turn comes
      underWay.push([item, result])
      if (underWay.length === atOnce) yield await first()
    }
    while (underWay.length > 0) yield await first()
  } finally {
    await Promise.allSettled(underWay.map(([, result]) => result))
  }
}
