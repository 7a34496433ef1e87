export function ModelsScreen() {
  return <h1>Models</h1>
}
