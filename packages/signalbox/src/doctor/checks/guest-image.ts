import { failure, type Judgement, warning, well } from "../finding.ts";
import { bytesText } from "../quantity.ts";

export interface GuestImageFacts {
  readonly path: string;
  /** Whether the configuration names it, or it is where the build script puts it. */
  readonly isConfigured: boolean;
  readonly state:
    | { readonly is: "usable"; readonly virtualBytes: number }
    | { readonly is: "absent" }
    | { readonly is: "unusable"; readonly reason: string };
}

const BUILD = "scripts/build-guest-image makes one; or import images of your own";

export function judgeGuestImage({
  path,
  isConfigured,
  state,
}: GuestImageFacts): readonly Judgement[] {
  switch (state.is) {
    case "usable":
      return [well(`${path}, a disk of ${bytesText(state.virtualBytes)}`)];
    case "absent":
      return isConfigured
        ? [failure(`${path} is not there`, `give another with --guest-image; ${BUILD}`)]
        : [warning("there is none, so a region begins without images", BUILD)];
    case "unusable":
      return [failure(`${path} cannot be used: ${state.reason}`, BUILD)];
  }
}
