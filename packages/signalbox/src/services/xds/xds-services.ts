import type { ResourceCodec } from "../../traffic/codec/resource-codec.ts";
import type { XdsClients } from "../../traffic/xds-clients.ts";
import type { RegionServices } from "../region/region-services.ts";

/** What one group may hold. */
export interface XdsLimits {
  readonly maxResources: number;
  /** Bytes of all its encoded messages. */
  readonly maxBytes: number;
  /** Revisions that are kept, the present one included. */
  readonly maxRevisions: number;
  /** Bytes of all that its revisions keep. */
  readonly maxHistoryBytes: number;
}

/** Everything that the xDS service's handlers are given. */
export interface XdsServices
  extends Pick<RegionServices, "store" | "clock" | "random" | "catalogue"> {
  readonly xds: {
    /** Loaded when it is first asked for. */
    readonly codec: () => Promise<ResourceCodec>;
    readonly clients: XdsClients;
    readonly limits: XdsLimits;
  };
}
