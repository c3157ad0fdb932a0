/** One line of the audit log of the node API: who asked what of which machines, and how it ended. */
export interface NodeAuditEvent {
  /** RFC 3339, when the call arrived. */
  readonly time: string;
  /** Common name of the certificate; absent when none was shown. */
  readonly actor?: string;
  /** Of the caller; those of whom an impersonator spoke for. */
  readonly roles: readonly string[];
  /** `machine.MachineService/Reboot`; `connect` for a connection that was turned away. */
  readonly operation: string;
  readonly verb: "call" | "connect";
  /** As the caller named them, in the order of the request. */
  readonly nodes: readonly NodeAuditOutcome[];
  readonly outcome: {
    /** gRPC status code. */
    readonly status: number;
    /** Its name. */
    readonly code: string;
    /** Why it was refused or failed. */
    readonly reason?: string;
    /** The caller had gone before the end. */
    readonly abandoned?: true;
  };
  readonly sourceAddress: string;
  /** SHA-256 of the caller's certificate. */
  readonly certificate?: string;
}

export interface NodeAuditOutcome {
  readonly name: string;
  readonly serverId?: string;
  /** Name of a gRPC status code. */
  readonly code: string;
}

/** Where these events are kept. */
export interface NodeAuditSink {
  /** False while nothing can be written: calls are then refused. */
  readonly accepting: boolean;
  /** Resolves when the event is durable. */
  write(event: NodeAuditEvent): Promise<void>;
}
