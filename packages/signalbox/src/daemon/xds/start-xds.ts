import type { Store } from "@signalbox/store";
import { NO_XDS_CLIENTS, type XdsClients } from "../../traffic/xds-clients.ts";
import { type Assembly, graceMs } from "../assembly.ts";
import { bindPort, needsTls, plannedAddress } from "../listener-plan.ts";
import { addLatch } from "../ops/latch-check.ts";
import type { RegionSet } from "../region-set.ts";
import { requireClientCa, type TlsTexts } from "../tls-files.ts";
import { regionReaches } from "./xds-settings.ts";

/** Where clients reach the xDS listener, and who they are. */
export interface StartedXds {
  /** Undefined: the listener is off. */
  readonly address: string | undefined;
  readonly clients: XdsClients;
}

/** Opens the xDS listener, unless it is off. */
export async function startXds(
  assembly: Assembly,
  store: Store,
  regions: RegionSet,
): Promise<StartedXds> {
  const { config, tls, parts, health, registries } = assembly;
  const address = plannedAddress(config.listen.xds);
  if (address === undefined) return { address: undefined, clients: NO_XDS_CLIENTS };
  // Who does without it need not have its modules either.
  const { createXdsListener } = await import("./xds-listener.ts");
  const mutual = (texts: TlsTexts | undefined) => requireClientCa("listen.xds", texts);
  const isMutual = needsTls(address);
  const listener = createXdsListener({
    ...assembly,
    store,
    reaches: regionReaches(regions),
    tls: isMutual ? mutual(tls.texts) : undefined,
    graceMs: graceMs(config),
  });
  parts.add("xDS listener", () => listener.close());
  if (isMutual) tls.onChange((texts) => listener.setTls(mutual(texts)));
  const listening = addLatch(health, "xds", "the listener is not open yet");
  const bound = await bindPort("xds", address, (at) => listener.listen(at));
  listening.done();
  registries.statistics["xds"] = () => ({
    streams: listener.clients.connected().length,
    refusals: listener.clients.refusals().length,
  });
  return { address: bound, clients: listener.clients };
}
