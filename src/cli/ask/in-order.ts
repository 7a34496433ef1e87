/** Results in the order of the items, at most `limit` of them under way; those that wait for an earlier one are counted. */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  limit: number,
  act: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const under: Promise<Result>[] = []
  let next = 0
  const begin = (): void => {
    const result = act(items[next++]!)
    // It is awaited in its turn; until then its failure is nobody's.
    result.catch(() => undefined)
    under.push(result)
  }
  while (next < items.length && under.length < Math.max(1, limit)) begin()
  for (let first = under.shift(); first !== undefined; first = under.shift()) {
    const result = await first
    if (next < items.length) begin()
    yield result
  }
}
