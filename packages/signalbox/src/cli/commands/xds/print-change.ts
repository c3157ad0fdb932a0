import type { Session } from "../../client/session.ts";
import { renderTable } from "../../output/render-table.ts";
import { renderValue } from "../../output/render.ts";
import type { ChangeReport } from "./wire-types.ts";

/** Prints what a write did or would do; what does not fit together goes to standard error. */
export function printChange(session: Session, body: unknown): void {
  if (session.output !== "table") {
    session.print(renderValue(session.output, body));
    return;
  }
  const report = body as ChangeReport;
  const columns = [
    { heading: "CHANGE", value: ({ change }: ChangeReport["changes"][number]) => change },
    { heading: "TYPE", value: ({ type }: ChangeReport["changes"][number]) => type },
    { heading: "NAME", value: ({ name }: ChangeReport["changes"][number]) => name },
  ];
  if (report.changes.length > 0) session.print(renderTable(columns, report.changes));
  for (const line of summary(report)) session.io.stderr.write(`${line}\n`);
}

function summary(report: ChangeReport): readonly string[] {
  const { changes, endpointsChanged, dryRun, revision, consistency } = report;
  const isSame = changes.length === 0 && !endpointsChanged;
  const outcome = isSame ? `nothing changes; revision ${revision}` : `revision ${revision}`;
  return [
    ...(endpointsChanged ? ["the endpoints from servers change"] : []),
    ...(consistency === undefined ? [] : complaints(consistency)),
    dryRun ? `${outcome} (nothing was written)` : outcome,
  ];
}

function complaints({
  dangling,
  unreferenced,
  unreadable,
}: NonNullable<ChangeReport["consistency"]>): readonly string[] {
  return [
    ...dangling.map(
      ({ from, to }) =>
        `${from.type} ${from.name} refers to ${to.type} ${to.name}, which is not there`,
    ),
    ...unreferenced.map(({ resource }) => `nothing refers to ${resource.type} ${resource.name}`),
    ...unreadable.map(
      ({ resource, reason }) => `${resource.type} ${resource.name} cannot be read: ${reason}`,
    ),
  ];
}
