interface Page<T> {
  readonly data: readonly T[]
  readonly has_more: boolean
}

/** Every item of a list that comes in pages of `limit`; `key` is what the next page comes after. */
export async function* pagesOf<T extends Record<K, string>, K extends string>(
  ask: (page: { readonly after?: string; readonly limit: number }) => Promise<Page<T>>,
  key: K,
  limit = 100,
): AsyncGenerator<T> {
  let after: string | undefined
  for (;;) {
    const { data, has_more: hasMore } = await ask({ limit, ...(after !== undefined && { after }) })
    yield* data
    after = data.at(-1)?.[key]
    if (!hasMore || after === undefined) return
  }
}
