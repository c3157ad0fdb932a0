import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What guests of a test are made of: nothing but a login, or the agent as well. */
export type GuestFlavour = "plain" | "agent";

/**
 * Writes the configuration of a region of small machines without acceleration, and builds their
 * image; answers the arguments of the daemon that serves it.
 *
 * @param directory where both files go
 */
export function prepareQemuRegion(
  directory: string,
  flavour: GuestFlavour = "plain",
): readonly string[] {
  const image = join(directory, "guest.qcow2");
  const more = flavour === "agent" ? ["--with-agent"] : [];
  execFileSync("scripts/build-guest-image", [...more, "--output", image], { stdio: "ignore" });
  const flavor = { name: "smallest", cpus: 1, memory: "256 MiB", disk: "512 MiB" };
  const region = { id: randomUUID(), name: "host", type: "qemu", flavors: [flavor] };
  const config = join(directory, "region.yaml");
  // YAML reads JSON.
  writeFileSync(config, JSON.stringify({ regions: [region] }));
  return [
    ...["--provider", "qemu", "--config", config],
    ...[flavour === "agent" ? "--agent-image" : "--guest-image", image],
    ...["--accel", "tcg", "--boots-at-once", "4", "--cpu-overcommit", "32"],
  ];
}
