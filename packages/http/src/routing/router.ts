import type { MountedOperation } from "./mounted-operation.ts";

/** An operation with the segments of the path that stand for its parameters, still encoded. */
export interface RouteMatch {
  readonly operation: MountedOperation;
  readonly rawParams: readonly string[];
}

/** Finds operations by path and method. Literal segments win over parameters. */
export interface Router {
  /** `undefined`: no operation has this path. */
  find(path: string): PathMatch | undefined;
}

export interface PathMatch {
  readonly operations: ReadonlyMap<string, MountedOperation>;
  readonly rawParams: readonly string[];
  /** Methods for `Allow`, with HEAD and OPTIONS. */
  readonly allow: string;
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  readonly operations: Map<string, MountedOperation>;
  allow: string;
}

const emptyNode = (): Node => ({
  literals: new Map(),
  parameter: undefined,
  operations: new Map(),
  allow: "",
});

/**
 * Builds the router. Rules, all of compute-api §4.2 and §4.12: a trailing slash is another path,
 * an inner empty segment is an empty parameter (which validation then refuses), segments are
 * split before they are decoded, so that `%2F` stays inside its parameter.
 *
 * @throws Error when two operations share method and path
 */
export function createRouter(operations: readonly MountedOperation[]): Router {
  const root = emptyNode();
  for (const operation of operations) insert(root, operation);
  return {
    find: (path) => {
      if (!path.startsWith("/")) return undefined;
      const segments = path.slice(1).split("/");
      const rawParams: string[] = [];
      const node = walk(root, segments, 0, rawParams);
      if (node === undefined) return undefined;
      return { operations: node.operations, rawParams, allow: node.allow };
    },
  };
}

function insert(root: Node, operation: MountedOperation): void {
  let node = root;
  for (const segment of operation.path.slice(1).split("/")) {
    node = isParameter(segment) ? (node.parameter ??= emptyNode()) : literal(node, segment);
  }
  if (node.operations.has(operation.method)) {
    throw new Error(`two operations serve ${operation.method} ${operation.path}`);
  }
  node.operations.set(operation.method, operation);
  if (operation.method === "GET") node.operations.set("HEAD", operation);
  node.allow = [...node.operations.keys(), "OPTIONS"].sort().join(", ");
}

export function isParameter(segment: string): boolean {
  return segment.startsWith("{") && segment.endsWith("}");
}

function literal(node: Node, segment: string): Node {
  const known = node.literals.get(segment);
  if (known !== undefined) return known;
  const fresh = emptyNode();
  node.literals.set(segment, fresh);
  return fresh;
}

function walk(
  node: Node,
  segments: readonly string[],
  at: number,
  rawParams: string[],
): Node | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.operations.size === 0 ? undefined : node;
  const next = node.literals.get(unescapeLiteral(segment));
  if (next !== undefined) {
    const found = walk(next, segments, at + 1, rawParams);
    if (found !== undefined) return found;
  }
  // A trailing slash is not an empty parameter (compute-api §4.2).
  if (node.parameter === undefined || (segment === "" && at === segments.length - 1)) {
    return undefined;
  }
  rawParams.push(segment);
  const found = walk(node.parameter, segments, at + 1, rawParams);
  if (found === undefined) rawParams.pop();
  return found;
}

function unescapeLiteral(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
