import { readdirSync, rmSync } from "node:fs";

/** tsc 7 keeps stale errors in its build info after a change of the base configuration. */
export function forgetBuildInfo(): void {
  for (const path of readdirSync(".", { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".tsbuildinfo") && !path.includes("node_modules")) rmSync(path);
  }
}
