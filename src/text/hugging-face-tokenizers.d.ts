// The package's own declarations import without file extensions, which Node's module resolution does not follow.
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    constructor(tokenizer: object, config: object)
    encode(text: string, options?: { add_special_tokens?: boolean }): { ids: number[]; tokens: string[] }
  }
}
