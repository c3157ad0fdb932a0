import { Type } from "typebox";
import { defineOperation, type Operation } from "../operation.ts";
import { DOCS_PAGE } from "./docs-page.ts";
import { DOCS_SCRIPT } from "./docs-script.ts";
import { DOCS_STYLE } from "./docs-style.ts";
import { createOpenApiDocument, type DocumentInfo } from "./openapi-document.ts";

/** Nothing from elsewhere: the page works offline, and a script that got in could call nobody. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const SAFETY_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

interface Asset {
  readonly id: string;
  readonly path: string;
  readonly summary: string;
  readonly contentType: string;
  readonly content: string;
}

const ASSETS: readonly Asset[] = [
  {
    id: "getDocsPage",
    path: "/docs",
    summary: "The API, for people",
    contentType: "text/html",
    content: DOCS_PAGE,
  },
  {
    id: "getDocsScript",
    path: "/docs/docs.js",
    summary: "Script of the documentation page",
    contentType: "text/javascript",
    content: DOCS_SCRIPT,
  },
  {
    id: "getDocsStyle",
    path: "/docs/docs.css",
    summary: "Style of the documentation page",
    contentType: "text/css",
    content: DOCS_STYLE,
  },
];

/** `/openapi.json`, `/docs` and the way there for these operations; both describe themselves as well. */
export function documentOperations<Services>(
  operations: readonly Operation<Services>[],
  info: DocumentInfo,
): readonly Operation<Services>[] {
  let text: string | undefined;
  const openApi: Operation<Services> = defineOperation({
    id: "getOpenApiDocument",
    method: "GET",
    path: "/openapi.json",
    summary: "The API, for programs",
    tag: "documentation",
    permission: "open",
    responses: { 200: { description: "OpenAPI 3.1.", schema: Type.Object({}) } },
    handler: (_request, _services: Services) => {
      text ??= JSON.stringify(createOpenApiDocument([...operations, ...own] as never[], info));
      return { status: 200, text: { contentType: "application/json", content: text } };
    },
  });
  const own = [
    openApi,
    rootOperation<Services>(),
    ...ASSETS.map((asset) => assetOperation<Services>(asset)),
  ];
  return own;
}

/** Who opens the listener's address in a browser is led to the page. */
function rootOperation<Services>(): Operation<Services> {
  return defineOperation({
    id: "getRoot",
    method: "GET",
    path: "/",
    summary: "Leads to the documentation page",
    tag: "documentation",
    permission: "open",
    responses: { 302: { description: "The page is at `Location`." } },
    handler: (_request, _services: Services) => ({ status: 302, headers: { location: "docs" } }),
  });
}

function assetOperation<Services>(asset: Asset): Operation<Services> {
  const { id, path, summary, contentType, content } = asset;
  return defineOperation({
    id,
    method: "GET",
    path,
    summary,
    tag: "documentation",
    permission: "open",
    responses: { 200: { description: "The file.", schema: Type.String(), contentType } },
    handler: (_request, _services: Services) => ({
      status: 200,
      text: { contentType: `${contentType}; charset=utf-8`, content },
      headers: SAFETY_HEADERS,
    }),
  });
}
