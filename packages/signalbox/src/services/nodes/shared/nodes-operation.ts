import { defineOperation, type Operation, type OperationSpec } from "@signalbox/http";
import type { TObject, TSchema } from "typebox";
import type { NodesServices } from "../nodes-services.ts";

/** `defineOperation` with the services settled, so that only the schemas are left to infer. */
export function nodesOperation<
  Params extends TObject | undefined = undefined,
  Query extends TObject | undefined = undefined,
  Body extends TSchema | undefined = undefined,
  Target = undefined,
>(spec: OperationSpec<NodesServices, Params, Query, Body, Target>): Operation<NodesServices> {
  return defineOperation(spec);
}
