import { Type } from "typebox";
import { Problem } from "@signalbox/base";
import type { Authenticator } from "../authenticator.ts";
import { createHttpServer, type HttpServer } from "../http-server.ts";
import type { HttpServerOptions } from "../http-server-options.ts";
import { defineOperation, type Operation } from "../operation.ts";
import type { AccessList, Permission, Principal } from "../permission.ts";

export const ORGANIZATION = "11111111-1111-4111-8111-111111111111";
export const PROJECT = "22222222-2222-4222-8222-222222222222";
export const OTHER_PROJECT = "33333333-3333-4333-8333-333333333333";

export interface Note {
  readonly id: string;
  readonly projectId: string;
  readonly text: string;
  readonly labels: readonly string[];
}

/** The state behind the example: notes by id, and what handlers were called with. */
export interface Notes {
  readonly notes: Map<string, Note>;
  readonly calls: string[];
}

export const NOTE_ID = "aaaaaaaa-0000-4000-8000-000000000001";
export const FOREIGN_NOTE_ID = "aaaaaaaa-0000-4000-8000-000000000002";
export const ABSENT_NOTE_ID = "aaaaaaaa-0000-4000-8000-00000000000f";

const NoteSchema = Type.Object({
  id: Type.String({ format: "uuid" }),
  projectId: Type.String({ format: "uuid" }),
  text: Type.String(),
  labels: Type.Array(Type.String()),
});
const NoteParams = Type.Object({ noteID: Type.String({ format: "uuid" }) });
const NoteBody = Type.Object({
  projectId: Type.String({ format: "uuid" }),
  text: Type.String({ minLength: 1, maxLength: 100 }),
  labels: Type.Optional(Type.Array(Type.String({ pattern: "^[a-z]+$" }))),
});

export const permission = (verb: string): Permission => ({
  endpoint: "example:notes",
  verb,
  scope: "project",
});

const tenancyOf = (note: Note) => ({ organizationId: ORGANIZATION, projectId: note.projectId });

const findNote = (
  { params }: { readonly params: { readonly noteID: string } },
  { notes }: Notes,
) => {
  const object = notes.get(params.noteID);
  return object && { object, tenancy: tenancyOf(object), type: "note", id: object.id };
};

const listNotes = defineOperation({
  id: "listNotes",
  method: "GET",
  path: "/api/v2/notes",
  summary: "Lists notes",
  tag: "notes",
  permission: permission("read"),
  query: Type.Object({
    label: Type.Optional(Type.Array(Type.String())),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    cursor: Type.Optional(Type.String()),
    deep: Type.Optional(Type.Boolean()),
  }),
  responses: { 200: { description: "The notes", schema: Type.Array(NoteSchema) } },
  handler: ({ query }, { notes, calls }: Notes) => {
    calls.push(`list ${JSON.stringify(query)}`);
    const all = [...notes.values()];
    const { limit } = query;
    if (limit === undefined || all.length <= limit) return { status: 200, body: all };
    return { status: 200, body: all.slice(0, limit), nextCursor: all[limit - 1]?.id };
  },
});

const createNote = defineOperation({
  id: "createNote",
  method: "POST",
  path: "/api/v2/notes",
  summary: "Writes a note",
  tag: "notes",
  permission: permission("create"),
  body: NoteBody,
  responses: {
    201: { description: "The note", schema: NoteSchema },
    409: { description: "There is one already" },
  },
  target: ({ body }) => ({
    object: undefined,
    tenancy: { organizationId: ORGANIZATION, projectId: body.projectId },
    type: "project",
    id: body.projectId,
  }),
  handler: ({ body }, { notes, calls }: Notes) => {
    calls.push(`create ${JSON.stringify(body)}`);
    const id = `bbbbbbbb-0000-4000-8000-${String(notes.size).padStart(12, "0")}`;
    const note = { id, projectId: body.projectId, text: body.text, labels: body.labels ?? [] };
    notes.set(id, note);
    return { status: 201, body: note, audited: { type: "note", id, tenancy: tenancyOf(note) } };
  },
});

const getNote = defineOperation({
  id: "getNote",
  method: "GET",
  path: "/api/v2/notes/{noteID}",
  summary: "Reads a note",
  tag: "notes",
  permission: permission("read"),
  params: NoteParams,
  responses: { 200: { description: "The note", schema: NoteSchema } },
  target: findNote,
  handler: ({ target }) => ({ status: 200, body: target, headers: { etag: '"1"' } }),
});

const deleteNote = defineOperation({
  id: "deleteNote",
  method: "DELETE",
  path: "/api/v2/notes/{noteID}",
  summary: "Removes a note",
  tag: "notes",
  permission: permission("delete"),
  params: NoteParams,
  responses: { 202: { description: "Going" }, 409: { description: "Still used" } },
  target: findNote,
  handler: ({ target, ifMatch }, { notes }: Notes) => {
    if (ifMatch !== undefined && !ifMatch.includes("1")) {
      throw new Problem("conflict", "the note has changed");
    }
    notes.delete(target.id);
    return { status: 202 };
  },
});

const shoutNote = defineOperation({
  id: "shoutNote",
  method: "POST",
  path: "/api/v2/notes/{noteID}/shout",
  summary: "Says it loudly",
  tag: "notes",
  permission: permission("shout"),
  params: NoteParams,
  responses: { 202: { description: "Said" } },
  target: findNote,
  handler: () => ({ status: 202 }),
});

const readSecret = defineOperation({
  id: "readSecret",
  method: "GET",
  path: "/api/v2/notes/{noteID}/secret",
  summary: "Reads what is audited",
  tag: "notes",
  permission: permission("secret"),
  params: NoteParams,
  audited: true,
  responses: { 200: { description: "The secret", contentType: "text/plain" } },
  target: findNote,
  handler: () => ({ status: 200, text: { contentType: "text/plain", content: "hush" } }),
});

const region = defineOperation({
  id: "listNotesOfOrganization",
  method: "GET",
  path: "/api/v1/organizations/{organizationID}/notes/{name}",
  summary: "An inner parameter",
  tag: "notes",
  permission: "authenticated",
  params: Type.Object({ organizationID: Type.String({ format: "uuid" }), name: Type.String() }),
  responses: { 200: { description: "Echo", schema: Type.Object({ name: Type.String() }) } },
  handler: ({ params }) => ({ status: 200, body: { name: params.name } }),
});

const version = defineOperation({
  id: "version",
  method: "GET",
  path: "/api/version",
  summary: "Open to all",
  tag: "meta",
  permission: "open",
  responses: { 200: { description: "Version", schema: Type.Object({ name: Type.String() }) } },
  handler: () => ({ status: 200, body: { name: "example" } }),
});

export const EXAMPLE_OPERATIONS: readonly Operation<Notes>[] = [
  listNotes,
  createNote,
  getNote,
  deleteNote,
  shoutNote,
  readSecret,
  region,
  version,
];

const VERBS = ["read", "create", "delete", "shout", "secret"] as const;

/** A principal that holds these verbs over the example's project. */
export function principalWith(verbs: readonly string[], subject = "alice"): Principal {
  const grants = new Set(verbs.map((verb) => `example:notes:${verb}`));
  const projects = new Map([[PROJECT, grants]]);
  const access: AccessList = {
    global: new Set(),
    organizations: new Map([[ORGANIZATION, { grants: new Set<string>(), projects }]]),
  };
  return { subject, kind: "user", actor: subject, organizationIds: [ORGANIZATION], access };
}

/** `Bearer all`: every verb. `Bearer no-read`: all verbs but that one. `Bearer only-read`: one. */
export const exampleAuthenticator: Authenticator = {
  authenticate: ({ authorization, certificateName }) => {
    if (certificateName !== undefined)
      return Promise.resolve(principalWith(VERBS, certificateName));
    const token = /^bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === "all") return Promise.resolve(principalWith(VERBS));
    if (token === "none") return Promise.resolve(principalWith([], "nobody"));
    if (token?.startsWith("no-")) {
      return Promise.resolve(
        principalWith(
          VERBS.filter((verb) => verb !== token.slice(3)),
          token,
        ),
      );
    }
    if (token?.startsWith("only-")) return Promise.resolve(principalWith([token.slice(5)], token));
    return Promise.reject(new Problem("unauthenticated", "the token is not valid"));
  },
};

export function exampleNotes(): Notes {
  const note = (id: string, projectId: string): [string, Note] => [
    id,
    { id, projectId, text: "hello", labels: [] },
  ];
  return {
    notes: new Map([note(NOTE_ID, PROJECT), note(FOREIGN_NOTE_ID, OTHER_PROJECT)]),
    calls: [],
  };
}

export interface Example {
  readonly server: HttpServer;
  readonly services: Notes;
}

/** A server with the example's operations, every answer checked. */
export function startExample(
  options: Partial<HttpServerOptions<Notes>> = {},
  more: readonly Operation<Notes>[] = [],
): Example {
  const services = exampleNotes();
  const server = createHttpServer<Notes>({
    services,
    authenticator: exampleAuthenticator,
    checkResponses: "throw",
    operations: [...EXAMPLE_OPERATIONS, ...more],
    ...options,
  });
  return { server, services };
}
