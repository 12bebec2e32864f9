/** One operation: what it takes, what it answers, and who may call it about whom. */
import { html } from "hono/html";
import type { Html, Operation, Policy } from "./docs-document.ts";
import { schemaBody, typeWords } from "./docs-schema.ts";

export function operationSection(operation: Operation): Html {
  const { operationId, method, path, summary, parameters, requestBody, responses } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  return html`<section id="${operationId}">
    <h3>
      <a href="#${operationId}"><span class="verb ${method}">${method}</span> <code>${path}</code></a>
    </h3>
    <p>${summary}</p>
    <p class="policy">${policyWords(operation["x-behest-policy"])}</p>
    ${parameters.length > 0 ? parameterTable(parameters) : ""}
    ${
      body
        ? html`<h4>Body</h4>
            ${schemaBody(body)}`
        : ""
    }
    <h4>Answers</h4>
    <dl>
      ${Object.entries(responses).map(
        ([status, answer]) =>
          html`<dt>${status === "default" ? "else" : status}</dt>
            <dd>${answer.description}${Object.values(answer.content).map(({ schema }) => html`: ${typeWords(schema)}`)}</dd>`,
      )}
    </dl>
  </section>`;
}

function parameterTable(parameters: Operation["parameters"]): Html {
  return html`<h4>Parameters</h4>
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">In</th>
          <th scope="col">Type</th>
        </tr>
      </thead>
      <tbody>
        ${parameters.map(
          ({ name, in: where, required, schema }) =>
            html`<tr>
              <th scope="row"><code>${name}</code>${required ? html` <span class="must">required</span>` : ""}</th>
              <td>${where}</td>
              <td>${typeWords(schema)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

const owners: Record<string, string> = {
  none: "about nobody in particular",
  self: "about the signed-in person only",
  cell: "about anybody of this cell",
  visible: "about those whom the caller may see",
  listed: "about the people in the body, each answered for",
};
const repeats: Record<string, string> = {
  read: "changes nothing it reads",
  natural: "twice has the effect of once",
  key: "takes an Idempotency-Key",
  "decided-again": "takes an Idempotency-Key, and decides a repeat again",
};

function policyWords({ access, owner, repeat, bodyBytesMax }: Policy): Html {
  const who =
    access === "public"
      ? html`Public, no token`
      : html`Scope <code>${access.scope}</code>, for
          ${access.actors.join(" or ")}${access.staffRoles ? html` (staff as ${access.staffRoles.join(", ")})` : ""}`;
  return html`${who} · ${owners[owner] ?? owner} ·
  ${repeats[repeat] ?? repeat}${bodyBytesMax === undefined ? "" : html` · body up to ${bodyBytesMax.toLocaleString("en")} bytes`}`;
}
