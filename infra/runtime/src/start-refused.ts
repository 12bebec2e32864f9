/** A service must not start as things are. The message is the one line that its operator reads: what is wrong, where, and what to do. */
export class StartRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StartRefused";
  }
}
