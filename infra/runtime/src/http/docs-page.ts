/** The contract as a page for people: rendered here, nothing loaded from anywhere, readable without JavaScript, light and dark. */
import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { Document, type Html, type Operation } from "./docs-document.ts";
import { operationSection } from "./docs-operation.ts";
import { schemaSection } from "./docs-schema.ts";
import { docsStyle } from "./docs-style.ts";

// As one string: white space that a formatter put around it would change its hash.
const styleElement = raw(`<style>${docsStyle}</style>`);
const styleHash = createHash("sha256").update(docsStyle).digest("base64");
export const docsHeaders = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
};

/** Takes an OpenAPI 3.1 document; returns a whole HTML page. */
export function docsPage(openapi: Record<string, unknown>): Html {
  const { info, paths, components } = Document.parse(openapi);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => ({ ...operation, path, method })),
  );
  const schemas = Object.entries(components.schemas).toSorted(([a], [b]) => a.localeCompare(b));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title}</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <h1>${info.title}</h1>
          <p>Version ${info.version} · <a href="/openapi.json">OpenAPI document</a></p>
        </header>
        <div class="columns">
          <nav aria-label="Contents">
            <h2>Operations</h2>
            <ul>
              ${operations.map(operationLink)}
            </ul>
            <h2>Schemas</h2>
            <ul>
              ${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}
            </ul>
          </nav>
          <main>
            <h2>Operations</h2>
            ${operations.map(operationSection)}
            <h2>Schemas</h2>
            ${schemas.map(([name, schema]) => schemaSection(name, schema))}
          </main>
        </div>
      </body>
    </html>`;
}

const operationLink = ({ operationId, method, path }: Operation): Html =>
  html`<li>
    <a href="#${operationId}"><span class="verb ${method}">${method}</span> <code>${path}</code></a>
  </li>`;
