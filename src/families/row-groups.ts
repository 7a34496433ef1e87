/**
 * What `work` gives for each row, in the order of `rows`. Rows with one key, such as a padded length, are one call, and all
 * calls are under way at once.
 */
export async function mapRowGroups<Row, Result>(
  rows: readonly Row[],
  keyOf: (row: Row) => number,
  work: (rows: readonly Row[], key: number) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const groups = new Map<number, number[]>()
  rows.forEach((row, at) => {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [at])
    else group.push(at)
  })
  const results: Result[] = []
  const calls = [...groups].map(async ([key, indices]) => {
    const found = await work(
      indices.map((at) => rows[at]!),
      key,
    )
    indices.forEach((at, row) => (results[at] = found[row]!))
  })
  await Promise.all(calls)
  return results
}
