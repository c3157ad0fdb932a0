import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundleAgent, DEFAULT_OUTPUT } from "./bundle-agent.mjs";

const USAGE = `usage: scripts/build-agent [--output FILE]

Makes one file of the agent. Needs what npm ci installs.

  --output FILE   default: ${DEFAULT_OUTPUT}`;

const { values } = parseArgs({
  options: { output: { type: "string" }, help: { type: "boolean", short: "h" } },
});
if (values.help === true) console.log(USAGE);
else {
  const output = resolve(values.output ?? DEFAULT_OUTPUT);
  await bundleAgent({ output });
  console.log(`path ${output}\nsize ${statSync(output).size}`);
}
