/** Why a file can't be imported, in one line that its reader can act on. Never holds a value out of the file. */
export class ImportFault extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ImportFault";
  }
}
