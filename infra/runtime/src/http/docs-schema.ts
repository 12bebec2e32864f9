/** A JSON Schema in words and tables. */
import { html } from "hono/html";
import type { Html, Schema } from "./docs-document.ts";

export function schemaSection(name: string, schema: Schema): Html {
  return html`<section id="schema-${name}">
    <h3><a href="#schema-${name}">${name}</a></h3>
    ${schema.description ? html`<p>${schema.description}</p>` : ""}${schemaBody(schema)}
  </section>`;
}

/** A table for an object, a line for anything else. */
export function schemaBody(schema: Schema): Html {
  const fields = Object.entries(schema.properties ?? {});
  if (schema.$ref !== undefined || fields.length === 0) return html`<p>${typeWords(schema)}</p>`;
  const required = new Set(schema.required);
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Field</th>
        <th scope="col">Type</th>
        <th scope="col">Notes</th>
      </tr>
    </thead>
    <tbody>
      ${fields.map(([field, inner]) => fieldRow(field, inner, required.has(field)))}
    </tbody>
  </table>`;
}

function fieldRow(field: string, schema: Schema, required: boolean): Html {
  const inside = nestedObject(schema);
  return html`<tr>
    <th scope="row"><code>${field}</code>${required ? html` <span class="must">required</span>` : ""}</th>
    <td>${typeWords(schema)}</td>
    <td>${notes(schema)}${inside ? schemaBody(inside) : ""}</td>
  </tr>`;
}

/** The object whose fields are shown below its own row: itself, or the items of a list. */
function nestedObject(schema: Schema): Schema | undefined {
  if (schema.$ref !== undefined) return undefined;
  const candidate = schema.items ?? schema;
  return candidate.$ref === undefined && candidate.properties ? candidate : undefined;
}

export function typeWords(schema: Schema): Html {
  if (schema.$ref !== undefined) return reference(schema.$ref);
  const options = schema.oneOf ?? schema.anyOf;
  if (options) return html`${options.map((option, at) => html`${at > 0 ? " or " : ""}${typeWords(option)}`)}`;
  if (schema.allOf) return html`${schema.allOf.map((one, at) => html`${at > 0 ? " and " : ""}${typeWords(one)}`)}`;
  if (schema.enum) return html`${schema.enum.map((value, at) => html`${at > 0 ? " | " : ""}<code>${String(value)}</code>`)}`;
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.items) return html`list of ${typeWords(schema.items)}`;
  if (typeof schema.additionalProperties === "object") return html`map to ${typeWords(schema.additionalProperties)}`;
  return html`${[schema.type ?? "anything"].flat().join(" or ")}`;
}

function reference(ref: string): Html {
  const name = ref.split("/").at(-1) ?? ref;
  return html`<a href="#schema-${name}">${name}</a>`;
}

function notes(schema: Schema): Html {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, format, pattern, example } = schema;
  const words = [
    schema.description,
    range("", minimum, maximum),
    range("characters", minLength, maxLength),
    range("entries", minItems, maxItems),
    format && `format ${format}`,
    pattern && `like ${pattern}`,
    schema.default === undefined ? undefined : `default ${JSON.stringify(schema.default)}`,
    example === undefined ? undefined : `such as ${JSON.stringify(example)}`,
  ];
  return html`${words.filter(Boolean).join(" · ")}`;
}

function range(unit: string, from: number | undefined, to: number | undefined): string | undefined {
  const top = to === Number.MAX_SAFE_INTEGER ? undefined : to; // what a plain integer says of itself
  const bottom = from === Number.MIN_SAFE_INTEGER ? undefined : from;
  if (bottom === undefined && top === undefined) return undefined;
  const words =
    bottom === undefined
      ? `at most ${top}`
      : top === undefined
        ? `at least ${bottom}`
        : bottom === top
          ? `exactly ${top}`
          : `${bottom} to ${top}`;
  return `${words} ${unit}`.trim();
}
