/** Pieces of work that are on their way at the same time: a film is decoded while another runs. */
const IN_FLIGHT = 6

/** Results in the order of the items; the first fault ends all. `onDone` is told how many are done. */
export async function inFlight<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
  onDone: (count: number) => void,
): Promise<Result[]> {
  const results: Result[] = []
  let [next, done, hasFailed] = [0, 0, false]
  const work = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const at = next++
      results[at] = await act(items[at]!).catch((error: unknown) => {
        hasFailed = true
        throw error
      })
      onDone(++done)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  return results
}
