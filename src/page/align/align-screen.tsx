export function AlignScreen() {
  return <h1>Align</h1>
}
