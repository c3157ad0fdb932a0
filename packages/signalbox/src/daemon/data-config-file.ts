import { existsSync, readFileSync } from "node:fs";
import { writeFileAtomically } from "@signalbox/base";
import { Document, parseDocument } from "yaml";
import type { Declarations } from "./first-declarations.ts";

const HEADER = ` Written by the first start, so that ids stay the same. Edit it while the daemon is stopped;
 docs/configuration.md lists every option.`;

/** Adds declarations to the data directory's own file. What it says otherwise stays as it is. */
export function declareInDataConfig(path: string, declarations: Declarations): void {
  if (Object.keys(declarations).length === 0) return;
  const document = existsSync(path) ? parseDocument(readFileSync(path, "utf8")) : new Document({});
  if (document.commentBefore == null) document.commentBefore = HEADER;
  for (const [name, value] of Object.entries(declarations)) {
    document.set(name, document.createNode(value));
  }
  writeFileAtomically(path, document.toString({ lineWidth: 100 }));
}
