/** A field of a request beside its films; lists and records travel as JSON. */
export type Field = string | number | boolean | readonly string[] | undefined

/**
 * The films and the options of a request. A film goes without its file's name, which may hold a patient's.
 * Fields that are undefined are left out.
 */
export function filmForm(
  films: Blob | readonly Blob[],
  fields: Readonly<Record<string, Field>>,
  part = 'image',
): FormData {
  const form = new FormData()
  for (const film of [films].flat()) form.append(part, film, 'film')
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return form
}
