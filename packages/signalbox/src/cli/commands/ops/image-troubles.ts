import { type ApiResource, textAt } from "../../resources/api-resource.ts";
import { complaint } from "./complaint.ts";
import { firstTroubles, type Trouble } from "./trouble.ts";

/** Images that could not be made: servers that need them wait for good. */
export function imageTroubles(images: readonly ApiResource[]): readonly Trouble[] {
  const found = images.filter((image) => textAt(image, "status", "state") === "failed");
  return firstTroubles(found.map(troubleOf), (more) => ({
    what: `${more} more images have failed`,
    lookAt: "`signalbox image list`",
  }));
}

function troubleOf(image: ApiResource): Trouble {
  const { id, name } = image.metadata;
  const bad = image.status?.conditions?.find(
    ({ type, status }) => type === "Available" && status === "False",
  );
  return {
    what: `image ${name} has failed${bad === undefined ? "" : `: ${complaint(bad)}`}`,
    ...(bad === undefined ? {} : { since: bad.since }),
    lookAt: `\`signalbox image get ${id}\`; delete it and make it anew`,
  };
}
