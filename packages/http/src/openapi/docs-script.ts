/**
 * The script of the documentation page. It builds text nodes only, never markup, so nothing in
 * the document or in an answer can become code. The token lives in its input field and nowhere
 * else.
 */
export const DOCS_SCRIPT: string = String.raw`"use strict";
const byId = (id) => document.getElementById(id);

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** The schema that a reference stands for. */
function resolve(spec, schema) {
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema?.$ref ?? "")?.[1];
  return name === undefined ? schema : spec.components.schemas[name];
}

/** One value that a schema accepts, to start a body from. */
function example(spec, schema, depth = 0) {
  const s = resolve(spec, schema) ?? {};
  if (s.example !== undefined) return s.example;
  if (s.default !== undefined) return s.default;
  if (s.const !== undefined) return s.const;
  if (Array.isArray(s.enum)) return s.enum[0];
  const variant = s.anyOf ?? s.oneOf;
  if (variant !== undefined) return example(spec, variant[0], depth);
  if (s.type === "object" && depth < 6) {
    const required = new Set(s.required ?? []);
    const entries = Object.entries(s.properties ?? {}).filter(([name]) => required.has(name));
    return Object.fromEntries(entries.map(([name, part]) => [name, example(spec, part, depth + 1)]));
  }
  if (s.type === "array") return [];
  if (s.type === "integer" || s.type === "number") return s.minimum ?? 0;
  if (s.type === "boolean") return false;
  return s.format === "uuid" ? "00000000-0000-4000-8000-000000000000" : "";
}

/** A schema in one line: its name, or its type. */
function brief(spec, schema) {
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema?.$ref ?? "")?.[1];
  if (name !== undefined) return name;
  if (schema?.type === "array") return brief(spec, schema.items) + "[]";
  const kind = schema?.enum?.join(" | ") ?? schema?.format ?? schema?.type ?? "any";
  return String(kind);
}

function schemaRows(spec, schema, prefix = "", depth = 0) {
  const s = resolve(spec, schema) ?? {};
  if (s.type === "array") return schemaRows(spec, s.items, prefix + "[]", depth);
  const required = new Set(s.required ?? []);
  return Object.entries(s.properties ?? {}).flatMap(([name, part]) => {
    const path = prefix === "" ? name : prefix + "." + name;
    const inner = resolve(spec, part) ?? {};
    const row = element("tr", {},
      element("td", {}, element("code", {}, path), required.has(name) ? " *" : ""),
      element("td", { class: "faint" }, brief(spec, part)),
      element("td", {}, inner.description ?? ""));
    const isNested = inner.type === "object" || inner.type === "array";
    return isNested && depth < 4 ? [row, ...schemaRows(spec, part, path, depth + 1)] : [row];
  });
}

function schemaTable(spec, schema) {
  const rows = schemaRows(spec, schema);
  if (rows.length === 0) return element("p", { class: "faint" }, brief(spec, schema));
  return element("table", {}, element("tbody", {}, ...rows));
}

function permissionText(permission) {
  if (permission === "open") return "Open to everybody.";
  if (permission === "authenticated") return "Any valid caller.";
  return "Needs " + permission.endpoint + ":" + permission.verb + " (" + permission.scope + ").";
}

/** The form that sends one request, and what came back. */
function tryForm(spec, method, path, operation) {
  const fields = (operation.parameters ?? []).map((parameter) => {
    const input = element("input", { "aria-label": parameter.name, placeholder: brief(spec, parameter.schema) });
    return { parameter, input };
  });
  const bodySchema = operation.requestBody?.content["application/json"].schema;
  const body = bodySchema && element("textarea", { "aria-label": "Body", spellcheck: "false" });
  if (body) body.value = JSON.stringify(example(spec, bodySchema), null, 2);
  const answer = element("pre", { hidden: "", "aria-live": "polite" });
  const button = element("button", { type: "button" }, "Send");
  button.addEventListener("click", async () => {
    answer.hidden = false;
    answer.textContent = "…";
    try {
      answer.textContent = await send(method, path, fields, body?.value);
    } catch (error) {
      answer.textContent = String(error);
    }
  });
  const rows = fields.map(({ parameter, input }) => element("tr", {},
    element("td", {}, element("code", {}, parameter.name), parameter.required ? " *" : ""),
    element("td", { class: "faint" }, parameter.in), element("td", {}, input)));
  return element("div", {},
    rows.length > 0 ? element("table", {}, element("tbody", {}, ...rows)) : undefined,
    body, button, answer);
}

async function send(method, path, fields, body) {
  const headers = new Headers();
  const query = new URLSearchParams();
  let target = path;
  for (const { parameter, input } of fields) {
    const value = input.value;
    if (parameter.in === "path") target = target.replace("{" + parameter.name + "}", encodeURIComponent(value));
    else if (value === "") continue;
    else if (parameter.in === "header") headers.set(parameter.name, value);
    else if (parameter.schema.type === "array") for (const item of value.split(",")) query.append(parameter.name, item);
    else query.append(parameter.name, value);
  }
  const token = byId("token").value.trim();
  if (token !== "") headers.set("Authorization", "Bearer " + token);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const suffix = query.size > 0 ? "?" + query : "";
  const response = await fetch(target + suffix, { method, headers, body });
  const text = await response.text();
  return response.status + " " + response.statusText + "\n\n" + pretty(text);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function responsesTable(spec, operation) {
  const rows = Object.entries(operation.responses).map(([status, response]) => {
    const [content] = Object.values(response.content ?? {});
    return element("tr", {}, element("td", {}, element("code", {}, status)),
      element("td", {}, response.description),
      element("td", { class: "faint" }, content?.schema ? brief(spec, content.schema) : ""));
  });
  return element("table", {}, element("tbody", {}, ...rows));
}

function operationSection(spec, method, path, operation) {
  const section = element("details", { class: "operation", id: operation.operationId });
  section.append(element("summary", {},
    element("span", { class: "method " + method }, method),
    element("span", { class: "path" }, path),
    element("span", { class: "faint" }, operation.summary)));
  section.addEventListener("toggle", () => {
    if (!section.open || section.children.length > 1) return;
    const body = operation.requestBody?.content["application/json"].schema;
    const good = Object.entries(operation.responses).find(([status]) => status.startsWith("2"))?.[1];
    const answered = good?.content?.["application/json"]?.schema;
    section.append(element("div", {},
      operation.description ? element("p", {}, operation.description) : undefined,
      element("p", { class: "faint" }, permissionText(operation["x-permission"])),
      body ? element("h3", {}, "Body") : undefined, body ? schemaTable(spec, body) : undefined,
      element("h3", {}, "Answers"), responsesTable(spec, operation),
      answered ? element("h3", {}, "Good answer") : undefined,
      answered ? schemaTable(spec, answered) : undefined,
      element("h3", {}, "Try it"), tryForm(spec, method, path, operation)));
  });
  return section;
}

function show(spec) {
  document.title = spec.info.title;
  byId("title").textContent = spec.info.title + " " + spec.info.version;
  byId("description").textContent = spec.info.description ?? "";
  const main = byId("main");
  const index = byId("index");
  main.replaceChildren();
  for (const { name } of spec.tags) {
    main.append(element("h2", {}, name));
    index.append(element("h2", {}, name));
    for (const [path, item] of Object.entries(spec.paths)) {
      for (const [verb, operation] of Object.entries(item)) {
        if (!operation.tags.includes(name)) continue;
        const method = verb.toUpperCase();
        main.append(operationSection(spec, method, path, operation));
        index.append(element("a", { href: "#" + operation.operationId },
          element("span", { class: "method " + method }, method), element("span", {}, operation.summary)));
      }
    }
  }
  openAddressed();
}

/** A link to an operation opens it. */
function openAddressed() {
  const section = byId(decodeURIComponent(location.hash.slice(1)));
  if (section instanceof HTMLDetailsElement) section.open = true;
}

function filterIndex() {
  const wanted = byId("search").value.toLowerCase();
  for (const link of byId("index").querySelectorAll("a")) {
    link.hidden = !(link.textContent + link.getAttribute("href")).toLowerCase().includes(wanted);
  }
}

byId("search").addEventListener("input", filterIndex);
window.addEventListener("hashchange", openAddressed);
fetch("/openapi.json")
  .then((response) => response.json())
  .then(show, (error) => byId("main").replaceChildren("The document cannot be read: " + error));
`;
