import { defineOperation, type Operation } from "@signalbox/http";
import { Type } from "typebox";
import { CONSOLE_ASSETS, CONSOLE_CSP, type ConsoleAsset } from "./console-page.ts";

/**
 * The console page's files. Anybody may load them: they hold no secret, and do nothing without a
 * ticket.
 */
export const CONSOLE_OPERATIONS: readonly Operation<unknown>[] = CONSOLE_ASSETS.map(assetOperation);

function assetOperation(asset: ConsoleAsset, index: number): Operation<unknown> {
  const contentType = asset.contentType.split(";")[0] ?? asset.contentType;
  return defineOperation({
    id: `getConsoleAsset${index + 1}`,
    method: "GET",
    path: asset.path,
    summary: "A file of the console page",
    tag: "console",
    permission: "open",
    responses: { 200: { description: "The file.", schema: Type.String(), contentType } },
    handler: () => ({
      status: 200,
      text: { contentType: asset.contentType, content: asset.content },
      headers: {
        "content-security-policy": CONSOLE_CSP,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      },
    }),
  });
}
