import type { Clock, Log, Random } from "@signalbox/base";
import type { AgentAccess } from "../../agent-access.ts";
import type { ServerRef } from "../../provider.ts";
import type { Acceleration } from "../acceleration/acceleration.ts";
import type { Ledger, Supply } from "../capacity/ledger.ts";
import type { Slots } from "../capacity/slots.ts";
import type { ImageStore } from "../disk/image-store.ts";
import type { QemuImg } from "../disk/qemu-img.ts";
import type { QemuSettings } from "../qemu-settings.ts";

/** What all machines of a host share. */
export interface MachineParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Its file system is what disks are made on. */
  readonly dataDirectory: string;
  readonly settings: QemuSettings;
  readonly images: ImageStore;
  readonly qemuImg: QemuImg;
  /** Absent: agents of machines are not reached. */
  readonly agents?: AgentAccess | undefined;
  readonly ledger: Ledger;
  readonly bootSlots: Slots;
  readonly supply: () => Promise<Supply>;
  /** Undefined while it is being found out. */
  readonly acceleration: () => Acceleration | undefined;
  /** Tells the reconciler that the machine is to be looked at. */
  readonly changed: (ref: ServerRef) => void;
  /** Capacity or a turn became free. */
  readonly freed: () => void;
}
