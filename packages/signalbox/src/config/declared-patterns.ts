import { Type } from "typebox";
import { BYTE_SIZE_PATTERN } from "./byte-size.ts";

export const UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

/** `region:servers:power`; an endpoint may have a path (`region:networks/references:create`). */
export const PERMISSION_PATTERN = "^[a-z]+:[a-z0-9/]+:[a-z]+$";

export const byteSizeText = (description: string) =>
  Type.String({
    pattern: BYTE_SIZE_PATTERN,
    expected: "a size such as 512 MiB or 10 GB",
    description,
  });
