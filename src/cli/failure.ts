/** Something a person at the terminal can put right. Its message is all that is printed; the exit code is 1. */
export class CliError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CliError";
  }
}
