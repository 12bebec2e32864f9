/** A reason not to start that the reader can do something about. The message is shown as it is, without a stack. */
export class StartFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StartFailure";
  }
}
