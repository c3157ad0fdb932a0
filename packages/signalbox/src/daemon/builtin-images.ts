import type { Clock, Log } from "@signalbox/base";
import type { Store, Transaction } from "@signalbox/store";
import type { Image } from "../model/image.ts";
import { IMAGE } from "../model/kinds.ts";
import type { Region } from "../model/region.ts";
import { uuidV5 } from "../model/uuid.ts";
import type { BuiltinImage, Provider } from "../providers/provider.ts";

/**
 * Registers the images that come with each region's provider, once: an image that is there, in
 * whatever state, is left as it is. Those with a file are fetched by the image reconciler.
 */
export async function registerBuiltinImages(
  store: Store,
  regions: readonly { readonly region: Region; readonly provider: Provider }[],
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const wanted = regions.flatMap(({ region, provider }, index) => {
    const isFirstOfType = regions.findIndex((r) => r.provider.type === provider.type) === index;
    return provider.defaults.images.map((image) => ({
      region,
      // Ids are unique in the store, so a second region of a type has its own.
      image: isFirstOfType ? image : { ...image, id: uuidV5(region.id, Buffer.from(image.id)) },
    }));
  });
  if (wanted.every(({ image }) => store.get(IMAGE, image.id) !== undefined)) return;
  await store.transact((tx: Transaction) => {
    for (const { region, image } of wanted) {
      if (tx.get(IMAGE, image.id) !== undefined) continue;
      tx.create(IMAGE, image.id, describeImage(image, region));
      deps.log.info({ image: image.id, name: image.name, region: region.id }, "image registered");
    }
  });
}

function describeImage(image: BuiltinImage, region: Region): Image {
  const isReady = image.path === undefined;
  return {
    metadata: {
      id: image.id,
      name: image.name,
      tags: [],
      createdAt: new Date(image.createdAtMs).toISOString(),
      createdBy: "signalbox",
      finalizers: [],
      generation: 1,
      conditions: [],
    },
    regionId: region.id,
    spec: image.spec,
    source: { type: "builtin", ...(image.path === undefined ? {} : { path: image.path }) },
    status: { state: isReady ? "ready" : "pending", virtualBytes: image.virtualBytes },
  };
}
