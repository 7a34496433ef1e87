// Says on standard output when somebody listens for SIGTERM for the first time.
const tell = (name) => {
  if (name !== 'SIGTERM') return
  process.off('newListener', tell)
  process.stdout.write('listens for SIGTERM\n')
}
process.on('newListener', tell)
