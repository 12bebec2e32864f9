/** The ids that cross a process boundary. The id says where the data lives. */
import { z } from "zod";

export const cells = ["eu", "uk", "us", "cn", "jp"] as const;
/** A deployment in one region: its own database, token issuer and keys. */
export const Cell = z.enum(cells).meta({ id: "Cell" });
export type Cell = z.infer<typeof Cell>;

export const serviceNames = ["consent", "records", "crm", "portal"] as const;
export const ServiceName = z.enum(serviceNames);
export type ServiceName = z.infer<typeof ServiceName>;

/** `<cell>_<UUIDv7 as 32 lower-case hex digits>`. */
export const SubjectId = z
  .string()
  .regex(/^(eu|uk|us|cn|jp)_[0-9a-f]{32}$/, "a cell, an underscore and 32 hex digits, such as eu_0197…")
  .brand<"SubjectId">()
  .meta({ id: "SubjectId", example: "eu_0197c3a5d0e17cc29f3a52c1b0f0a001" });
export type SubjectId = z.infer<typeof SubjectId>;

/** Position of a write: `<epoch>:<shard 0-255>:<position>`. A restore begins a new epoch. */
export const Revision = z
  .string()
  .regex(/^[1-9]\d{0,9}:(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]):\d{1,15}$/, "epoch:shard:position")
  .meta({ id: "Revision", example: "1:17:42" });
export type Revision = z.infer<typeof Revision>;

/** ISO 3166-1 alpha-2 code. */
export const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, "a two-letter country code in capitals, such as DE")
  .meta({ id: "Country", example: "DE" });
export type Country = z.infer<typeof Country>;

export const locales = ["en", "de", "ja", "zh-CN"] as const;
export const Locale = z.enum(locales).meta({ id: "Locale" });
export type Locale = z.infer<typeof Locale>;

export const channels = ["email", "sms", "phone", "messaging", "post", "in-app"] as const;
export const Channel = z.enum(channels).meta({ id: "Channel" });
export type Channel = z.infer<typeof Channel>;

export const PurposeCode = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}$/, "a purpose code such as marketing-email")
  .meta({ id: "PurposeCode", example: "marketing-email" });
export type PurposeCode = z.infer<typeof PurposeCode>;

export const Instant = z.iso.datetime().meta({ id: "Instant", example: "2026-11-22T09:30:00.000Z" });

/** The cell that issued an id. Shape: the part before the underscore of a valid id. */
export const cellOf = (subject: SubjectId): Cell => Cell.parse(subject.slice(0, 2));

/** The audience that a token for one service of one cell carries (RFC 8707 resource). */
export const audienceOf = (cell: Cell, service: ServiceName): string => `urn:behest:${cell}:${service}`;
