import type { Clock } from "@signalbox/base";
import type { Flavor } from "../../model/flavor.ts";
import type {
  DesiredServer,
  ImageImport,
  Provider,
  ProviderCapabilities,
  ServerRef,
} from "../provider.ts";

/** A provider under test. */
export interface ConformanceSubject {
  readonly name: string;
  /** What the provider is to say of itself; the suite checks both that it does and that it is so. */
  readonly capabilities: ProviderCapabilities;
  /** A provider of its own for each test, started, over a place of its own. */
  readonly create: () => Promise<ProviderHarness>;
}

/** A provider, and what the suite needs to know to try it. */
export interface ProviderHarness {
  /** The provider as it is open now. */
  readonly provider: Provider;
  readonly flavor: Flavor;
  /** Two images that boot, of different content. */
  readonly images: readonly [DesiredServer["image"], DesiredServer["image"]];
  /** An image that `importImage` can fetch. */
  readonly importable: Pick<ImageImport, "uri" | "sha256" | "format">;
  /** Imports that fail. */
  readonly brokenImports: readonly BrokenImport[];
  readonly clock: Clock;
  /** How long a machine may take over anything, on `clock`. */
  readonly deadlineMs: number;
  /** Lets a little time pass between two looks: a virtual clock is moved, a real one slept on. */
  readonly pause: () => Promise<void>;
  /** Closes the provider and opens one over the same place, as a restart of the daemon would. */
  readonly reopen: () => Promise<void>;
  /** How a mark is left on a disk, and how it is told from the console. */
  readonly mark: DiskMark;
  /** How a guest is made to shut itself down. */
  readonly selfShutdown: SelfShutdown;
  /** Kills a machine from outside. */
  readonly kill: (ref: ServerRef) => Promise<void>;
  /** Removes every machine, closes everything, and fails if something is left behind. */
  readonly dispose: () => Promise<void>;
}

export interface BrokenImport {
  readonly title: string;
  readonly request: Pick<ImageImport, "uri" | "sha256" | "format">;
  readonly code: "unprocessable" | "provider_unavailable" | "not_found";
  /** Done before the import, such as setting up the fault. */
  readonly arrange?: () => void;
}

export interface SelfShutdown {
  /** A server of these properties shuts itself down after its first boot, by itself or when told. */
  readonly properties: Partial<DesiredServer>;
  /** Tells it to, where it does not do so by itself. Called once it runs. */
  readonly trigger: (ref: ServerRef) => void;
}

export interface DiskMark {
  /** A server of these properties shows `text` on its console once it is on its disk. */
  readonly write: (text: string) => Partial<DesiredServer>;
  /** A server of these properties shows on its console whatever mark its disk holds. */
  readonly read: () => Partial<DesiredServer>;
  /** Part of every console output that comes after the mark was looked for. */
  readonly readDone: string;
}

/** Defines one test of the suite over a provider of its own. */
export type Conform = (title: string, body: (harness: ProviderHarness) => Promise<void>) => void;
