/**
 * An error as the log may hold it. Messages of database errors and of JSON parsers quote what people typed
 * (`DrizzleQueryError.message` lists every parameter), so only what can't hold data is kept of those.
 */
import { DrizzleQueryError } from "drizzle-orm/errors";
import { DatabaseError } from "pg";
import postgres from "postgres";
import { z } from "zod";

const causeDepthMax = 5;

/** Plain fields: name, code, message where it is safe, stack frames, SQL text without parameters, and the cause likewise. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const cause = error.cause === undefined || depth >= causeDepthMax ? {} : { cause: describeError(error.cause, depth + 1) };
  return { name: error.name, ...safeParts(error), frames: frames(error), ...cause };
}

function safeParts(error: Error): Record<string, unknown> {
  if (error instanceof DrizzleQueryError) return { sql: error.query };
  if (error instanceof DatabaseError) return ofPostgres(error.message, error);
  if (error instanceof postgres.PostgresError)
    return ofPostgres(error.message, {
      code: error.code,
      routine: error.routine,
      schema: error.schema_name,
      table: error.table_name,
      column: error.column_name,
      constraint: error.constraint_name,
    });
  if (error instanceof z.core.$ZodError) return { issues: error.issues.map(({ code, path }) => ({ code, path: path.join(".") })) };
  if (error instanceof SyntaxError) return {};
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  return { message: error.message, ...code };
}

type DatabaseFault = {
  code?: string | undefined;
  schema?: string | undefined;
  table?: string | undefined;
  column?: string | undefined;
  constraint?: string | undefined;
  routine?: string | undefined;
};

/** `detail` and `where` quote values always, `message` does in class 22 (data exception). */
function ofPostgres(message: string, { code, schema, table, column, constraint, routine }: DatabaseFault): Record<string, unknown> {
  return { code, ...(code?.startsWith("22") ? {} : { message }), schema, table, column, constraint, routine };
}

/** The stack without its first lines, which repeat the message. */
function frames(error: Error): string[] {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}
