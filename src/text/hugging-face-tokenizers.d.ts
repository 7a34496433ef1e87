// The package's own declarations import without file extensions, which Node's module resolution does not follow.
declare module '@huggingface/tokenizers' {
  /** Called with the words of a text; the call goes through `_call`. */
  export interface TokenizerModel {
    /** Pieces of the words, one after the other. */
    _call(words: string[]): string[]
    /** What `_call` does before it fuses unknown pieces that follow each other. */
    encode(words: string[]): string[]
    /** Of a BPE model: merges the characters of one word; `encode` looks up what comes out. */
    bpe?(word: string): string[]
    /** Pieces by id. */
    readonly vocab: readonly (string | undefined)[]
  }
  export class Tokenizer {
    constructor(tokenizer: object, config: object)
    readonly model: TokenizerModel
    encode(text: string, options?: { add_special_tokens?: boolean }): { ids: number[]; tokens: string[] }
    /** Throws for no ids. An id without a piece becomes the unknown one. */
    decode(ids: number[], options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean }): string
  }
}
