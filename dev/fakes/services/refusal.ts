/** What a command says on stderr, and its exit code. */
export class Refusal extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, words: string) {
    super(words);
    this.exitCode = exitCode;
  }
}
