/** Free text that a caller gives us, and that we store or look up. */
import { z } from "zod";

/**
 * Not what PostgreSQL refuses in text and JSON, which would turn one odd field into a fault of the whole request:
 * NUL characters, and halves of a surrogate pair, which no encoding can write.
 */
export const text = (charactersMin: number, charactersMax: number) =>
  z
    .string()
    .min(charactersMin)
    .max(charactersMax)
    .refine((given) => !given.includes("\0") && given.isWellFormed(), "must be well-formed Unicode without NUL characters");
