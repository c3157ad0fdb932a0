import type { AccelerationFacts } from "./checks/acceleration.ts";
import type { CertificatesFacts } from "./checks/certificates.ts";
import type { ClockFacts } from "./checks/clock.ts";
import type { ConfigurationFacts } from "./checks/configuration.ts";
import type { DaemonFacts } from "./checks/daemon.ts";
import type { FilesFacts } from "./checks/data-files.ts";
import type { DirectoryFacts } from "./checks/data-directory.ts";
import type { DeclaredIdsFacts } from "./checks/declared-ids.ts";
import type { DiskFacts } from "./checks/disk.ts";
import type { GuestImageFacts } from "./checks/guest-image.ts";
import type { HostFacts } from "./checks/host.ts";
import type { ListenerFacts } from "./checks/listeners.ts";
import type { MachinesFacts } from "./checks/machines.ts";
import type { OpenFilesFacts } from "./checks/open-files.ts";
import type { QemuProgramsFacts } from "./checks/qemu-programs.ts";
import type { StoreFacts } from "./checks/store.ts";

/**
 * Everything that the checks judge. What is undefined could not be looked at, because of something
 * that another check tells of, or does not matter here.
 */
export interface Facts {
  readonly configuration: ConfigurationFacts;
  readonly host: HostFacts;
  readonly openFiles?: OpenFilesFacts | undefined;
  readonly clock: ClockFacts;
  readonly disk?: DiskFacts | undefined;
  readonly directory: DirectoryFacts;
  readonly files?: FilesFacts | undefined;
  readonly daemon?: DaemonFacts | undefined;
  readonly store?: StoreFacts | undefined;
  readonly declaredIds?: DeclaredIdsFacts | undefined;
  readonly listeners?: readonly ListenerFacts[] | undefined;
  readonly certificates?: CertificatesFacts | undefined;
  readonly qemuPrograms?: QemuProgramsFacts | undefined;
  readonly acceleration?: AccelerationFacts | undefined;
  readonly guestImage?: GuestImageFacts | undefined;
  readonly machines?: MachinesFacts | undefined;
}
