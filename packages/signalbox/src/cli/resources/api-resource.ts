/** A condition as the API shows it. */
export interface ApiCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string;
}

/** What the command line relies on in every resource of the API; the rest passes through. */
export interface ApiResource {
  readonly metadata: {
    readonly id: string;
    readonly name: string;
    readonly description?: string;
    readonly tags?: readonly { readonly name: string; readonly value: string }[];
    readonly creationTime?: string;
    readonly provisioningStatus?: string;
    readonly healthStatus?: string;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>> & {
    readonly conditions?: readonly ApiCondition[];
  };
}

/** True when a value of the wire is a resource. */
export function isApiResource(value: unknown): value is ApiResource {
  if (typeof value !== "object" || value === null || !("metadata" in value)) return false;
  const { metadata } = value;
  return (
    typeof metadata === "object" &&
    metadata !== null &&
    "id" in metadata &&
    typeof metadata.id === "string" &&
    "name" in metadata &&
    typeof metadata.name === "string"
  );
}

/** Reads `status.powerState` and its like: text at a path of member names, if it is there. */
export function textAt(resource: ApiResource, ...path: readonly string[]): string | undefined {
  let value: unknown = resource;
  for (const name of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
