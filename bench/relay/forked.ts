import { Forked } from "../forked.ts";
import type { MachinesReport, RelayKind, RelayReport, ReportCommand } from "./sample.ts";

/** A relay; its first report says where it listens. */
export class RelayProcess extends Forked<ReportCommand, RelayReport> {
  constructor(kind: RelayKind) {
    super(new URL("./relay-process.ts", import.meta.url), [kind]);
  }
}

/** Machines behind relays; the one report says where they are. */
export class Machines extends Forked<never, MachinesReport> {
  constructor(prompt: number) {
    super(new URL("./machines-process.ts", import.meta.url), [String(prompt)]);
  }
}
