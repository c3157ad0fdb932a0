import { pathToFileURL } from "node:url";
import { Problem } from "@signalbox/base";
import type { Reader } from "@signalbox/store";
import type { Image, ImageFormat } from "../../model/image.ts";
import { SERVER } from "../../model/kinds.ts";
import type { Provider, ServerRef, StoredImage } from "../../providers/provider.ts";

export interface ProduceOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (percent: number) => void;
}

/** Has the provider make an image from its source; what was begun is gone on with. */
export async function produceImage(
  store: Reader,
  provider: Provider,
  image: Image,
  options: ProduceOptions,
): Promise<Partial<StoredImage>> {
  const { source, metadata } = image;
  const { signal, onProgress } = options;
  switch (source.type) {
    case "import": {
      const { uri, sha256, format } = source;
      const checksum = sha256 === undefined ? {} : { sha256 };
      const request = { imageId: metadata.id, uri, format, ...checksum, onProgress };
      return provider.importImage(request, { signal });
    }
    case "snapshot": {
      const ref = serverOfSnapshot(store, image, source.serverId);
      return provider.snapshotServer(ref, metadata.id, options);
    }
    case "builtin": {
      // The provider knows it by its id.
      if (source.path === undefined) return {};
      const uri = pathToFileURL(source.path).href;
      const format: ImageFormat = source.path.endsWith(".raw") ? "raw" : "qcow2";
      return provider.importImage({ imageId: metadata.id, uri, format, onProgress }, { signal });
    }
  }
}

/** A server of the same id that was made after the snapshot was asked for is another server. */
function serverOfSnapshot(store: Reader, image: Image, serverId: string): ServerRef {
  const server = store.get(SERVER, serverId)?.value;
  if (
    server === undefined ||
    Date.parse(server.metadata.createdAt) > Date.parse(image.metadata.createdAt)
  ) {
    throw new Problem("unprocessable", "the server does not exist any more");
  }
  return { id: serverId, incarnation: server.incarnation };
}
