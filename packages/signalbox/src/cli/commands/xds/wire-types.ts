/** A stream of a node, as the API answers it. */
export interface NodeRow {
  readonly nodeId: string;
  readonly cluster: string;
  readonly group?: { readonly id: string; readonly name: string };
  readonly streamId: number;
  readonly protocol: string;
  readonly peer: string;
  readonly openedTime: string;
  readonly userAgent: string;
  readonly types: readonly TypeRow[];
}

/** How one type stands with one stream. */
export interface TypeRow {
  readonly type: string;
  readonly state: string;
  readonly nameCount: number;
  readonly isWildcard: boolean;
  readonly sent?: { readonly version: string };
  readonly accepted?: { readonly version: string };
  readonly refused?: { readonly version: string; readonly message: string };
  readonly resources?: readonly SentResource[];
}

export interface SentResource {
  readonly name: string;
  readonly version: string;
  readonly state: string;
}

export interface NackRow {
  readonly nodeId: string;
  readonly type: string;
  readonly version: string;
  readonly time: string;
  readonly message: string;
  readonly resources: readonly string[];
}

/** What a node measured of one cluster. */
export interface LoadRow {
  readonly nodeId: string;
  readonly group?: { readonly id: string; readonly name: string };
  readonly cluster: string;
  readonly time: string;
  readonly intervalMs: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly dropped: number;
  readonly inProgress: number;
}

export interface ResourceRow {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly modifiedTime: string;
  readonly modifiedBy: string;
}

/** What a write answers. */
export interface ChangeReport {
  readonly revision: number;
  readonly dryRun: boolean;
  readonly changes: readonly {
    readonly change: string;
    readonly type: string;
    readonly name: string;
  }[];
  readonly endpointsChanged: boolean;
  readonly consistency?: {
    readonly dangling: readonly { readonly from: Named; readonly to: Named }[];
    readonly unreferenced: readonly { readonly resource: Named }[];
    readonly unreadable: readonly { readonly resource: Named; readonly reason: string }[];
  };
}

export interface RevisionRow {
  readonly revision: number;
  readonly time: string;
  readonly by: string;
  readonly action: string;
  readonly restored?: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly endpointsChanged: boolean;
  readonly canRollBack: boolean;
}

interface Named {
  readonly type: string;
  readonly name: string;
}
