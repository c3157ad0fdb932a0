import type { ReconcileContext } from "@signalbox/controller";
import type { Server } from "../../model/server.ts";
import type {
  DesiredServer,
  MachineNotice,
  MachineState,
  Provider,
} from "../../providers/provider.ts";
import type { ReconcilerDeps } from "../reconciler-deps.ts";
import type { ServerInstruments } from "./instruments.ts";

/** One reconcile of one live server: what was read, and what it is worked on with. */
export interface ServerTurn {
  readonly deps: ReconcilerDeps;
  readonly instruments: ServerInstruments;
  readonly context: ReconcileContext;
  readonly provider: Provider;
  /** As it was when the turn began. */
  readonly server: Server;
  readonly desired: DesiredServer;
  /** Undefined when the provider has no machine of this incarnation. */
  readonly machine: MachineState | undefined;
  readonly droppedWishes: readonly MachineNotice[];
}
