/** What the program ends with: docs/command-line.md. */
export const EXIT = {
  done: 0,
  /** Something that was asked for was refused or failed. */
  failed: 1,
  /** The command line does not fit. */
  usage: 2,
  /** No service answers. */
  unreachable: 3,
  /** As a shell has it for a program that SIGINT ended. */
  interrupted: 130,
  /** As a shell has it for SIGPIPE: the reader of the output went away. */
  readerGone: 141,
} as const
