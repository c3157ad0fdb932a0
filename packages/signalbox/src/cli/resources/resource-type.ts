import type { Session } from "../client/session.ts";
import type { Column } from "../output/render-table.ts";
import { type ApiResource, textAt } from "./api-resource.ts";

/** How far a resource is on its way to what was asked for. */
export type Progress =
  | { readonly state: "settled"; readonly text: string }
  | { readonly state: "waiting"; readonly text: string }
  | { readonly state: "failed"; readonly text: string };

/** A kind of resource as the command line knows it: one row of `resource-types.ts`. */
export interface ResourceType {
  /** As in `signalbox security-group list`. */
  readonly command: string;
  /** What comes before the command, where it is below another: `xds`. */
  readonly parent?: string;
  readonly title: string;
  readonly plural: string;
  /** The collection's path; some lie below a region. */
  readonly collection: (session: Session) => string;
  /** Parameters without which a list would leave something out. */
  readonly listQuery?: (session: Session) => Readonly<Record<string, string>>;
  /** What its list can be asked for beside names and tags. */
  readonly filters?: readonly ("status" | "network")[];
  readonly columns: readonly Column<ApiResource>[];
  /** The API reads it only as part of its list. */
  readonly isReadByList?: boolean;
  readonly verbs: readonly ("list" | "get" | "delete" | "watch")[];
  readonly progress: (resource: ApiResource) => Progress;
}

/** What conditions say that is not as it should be. */
export function complaints(resource: ApiResource): string | undefined {
  const conditions = resource.status?.conditions ?? [];
  const said = conditions
    .filter(({ type, status }) => (type === "Available" || type === "Healthy") && status !== "True")
    .map(({ reason, message }) => (message === "" ? reason : `${reason}: ${message}`));
  return said.length === 0 ? undefined : said.join("; ");
}

/** What is not as it should be, then what a person may want to know. */
export function notes(resource: ApiResource): string | undefined {
  const conditions = resource.status?.conditions ?? [];
  const noted = conditions
    .filter(({ type, status }) => (type === "Limited" || type === "Warning") && status === "True")
    .map(({ reason, message }) => `${reason}: ${message}`);
  const said = [complaints(resource), ...noted].filter((text) => text !== undefined);
  return said.length === 0 ? undefined : said.join("; ");
}

/** The common progress: by `metadata.provisioningStatus`. */
export function provisioningProgress(resource: ApiResource): Progress {
  const status = resource.metadata.provisioningStatus ?? "provisioned";
  const text = complaints(resource) ?? status;
  if (status === "error") return { state: "failed", text };
  return { state: status === "provisioned" ? "settled" : "waiting", text };
}

/** A column that shows the text at a path. */
export function textColumn(heading: string, ...path: readonly string[]): Column<ApiResource> {
  return { heading, value: (resource) => textAt(resource, ...path) };
}
