import { Problem } from "@signalbox/base";
import { type Command, Option } from "commander";
import type { Finding } from "../../../doctor/finding.ts";
import type { CliIo } from "../../cli-io.ts";
import { ANSWERS_WITHIN_MS } from "../../client/ops-client.ts";
import { Session } from "../../client/session.ts";
import { within } from "../../client/within.ts";
import type { Diagnose } from "../../diagnose-port.ts";
import { addOpsCommand, type OpsContext, type OpsOptions } from "../../ops-command.ts";
import { renderValue } from "../../output/render.ts";
import { listResources } from "../../resources/find-resource.ts";
import { SERVER_TYPE } from "../../resources/resource-types.ts";
import { listNodes } from "../xds/nodes.ts";
import { readHealthReport } from "./health-report.ts";
import { listImages } from "./list-images.ts";
import { parseMetrics } from "./parse-metrics.ts";
import { renderStatus } from "./render-status.ts";
import type { StatusFacts } from "./status-facts.ts";
import { composeStatus, type StatusReport } from "./status-report.ts";

interface StatusFlags {
  readonly url?: string;
}

type Context = OpsContext<StatusFlags>;

/** `signalbox ops status`: ends with 1 when the daemon is not ready, 69 when there is none. */
export function addOpsStatus(group: Command, io: CliIo, diagnose: Diagnose): void {
  addOpsCommand<StatusFlags>(group, io, {
    name: "status",
    summary: "one screen: what is well, what is not, since when, and what to look at",
    options: [new Option("--url <url>", "address of the REST listener (SIGNALBOX_URL)")],
    run: async (context) => {
      const { output } = context.options;
      const facts = await gatherStatus(context, diagnose);
      const report = composeStatus(facts);
      context.print(
        output === "table" ? renderStatus(report, facts.nowMs) : renderValue(output, report),
      );
      assertReady(report);
    },
  });
}

async function gatherStatus(context: Context, diagnose: Diagnose): Promise<StatusFacts> {
  const [daemon, servers, images, nodes, findings] = await Promise.all([
    askDaemon(context),
    askApi(context, (session) => listResources(session, SERVER_TYPE)),
    askApi(context, listImages).then((list = []) => list),
    askApi(context, (session) => listNodes(session, {})).then((list = []) => list),
    isElsewhere(context) ? [] : lookHere(context.options, context.io, diagnose),
  ]);
  return { nowMs: context.io.clock.now(), daemon, servers, images, nodes, findings };
}

async function askDaemon({ connect }: Context): Promise<StatusFacts["daemon"]> {
  try {
    const client = connect();
    const body = await client.read("/readyz", [503]);
    const samples = parseMetrics((await client.call("GET", "/metrics")).text);
    return { url: client.url, health: readHealthReport(body, samples), samples };
  } catch (error) {
    if (!Problem.is(error)) throw error;
    return { unreachable: error.message };
  }
}

/** A status without servers is better than none: the API may be what is not well. */
async function askApi<T>(
  { options, io }: Context,
  list: (session: Session) => Promise<readonly T[]>,
): Promise<readonly T[] | undefined> {
  try {
    const deadline = { ...io, limitMs: ANSWERS_WITHIN_MS };
    return await within("the region API", deadline, (signal) =>
      list(new Session(options, { ...io, signal })),
    );
  } catch (error) {
    if (Problem.is(error)) return undefined;
    throw error;
  }
}

/** A daemon that was named by its address may run anywhere. */
function isElsewhere({ options, io: { environment } }: Context): boolean {
  return Boolean(options.opsUrl ?? environment["SIGNALBOX_OPS_URL"]);
}

function lookHere(
  { dataDir }: OpsOptions,
  { environment }: CliIo,
  diagnose: Diagnose,
): Promise<readonly Finding[]> {
  const flags = dataDir === undefined ? {} : { "--data-dir": dataDir };
  return diagnose({ flags, environment, file: undefined });
}

function assertReady({ verdict }: StatusReport): void {
  if (verdict === "not reachable") {
    throw new Problem("unavailable", "the daemon cannot be reached");
  }
  if (verdict === "not ready") throw new Problem("unprocessable", "the daemon is not ready");
}
