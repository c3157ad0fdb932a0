import { join } from "node:path";
import { Problem } from "@signalbox/base";
import { type AuditSink, createFileAuditSink } from "@signalbox/http";
import { byteSize } from "../config/byte-size.ts";
import type { Assembly } from "./assembly.ts";
import { prepareDataDirectory } from "./data-directory.ts";
import { auditCheck } from "./ops/health-checks.ts";

/** Opens the audit log. @throws Problem `store_unavailable` when its file cannot be written */
export async function openAudit(assembly: Assembly): Promise<AuditSink> {
  const { config, files, clock, log, parts, health } = assembly;
  prepareDataDirectory(files.audit);
  const path = join(files.audit, "audit.jsonl");
  const audit = await openSink(path, {
    maxFileBytes: byteSize(config.audit.fileSize),
    keptFiles: config.audit.fileCount,
    clock,
    log,
  });
  parts.add("audit", () => audit.close());
  health.register(auditCheck(audit));
  return audit;
}

async function openSink(
  path: string,
  options: Omit<Parameters<typeof createFileAuditSink>[0], "path">,
): Promise<AuditSink> {
  try {
    return await createFileAuditSink({ path, ...options });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "EISDIR" ? "it is a directory" : error;
    throw new Problem(
      "store_unavailable",
      `the audit log ${path} cannot be written: ${String(reason)}`,
      { cause: error },
    );
  }
}
