import { defineOperation, type Operation, type OperationSpec } from "@signalbox/http";
import type { TObject, TSchema } from "typebox";
import type { XdsServices } from "../xds-services.ts";

/** `defineOperation` with the services settled, so that only the schemas are left to infer. */
export function xdsOperation<
  Params extends TObject | undefined = undefined,
  Query extends TObject | undefined = undefined,
  Body extends TSchema | undefined = undefined,
  Target = undefined,
>(spec: OperationSpec<XdsServices, Params, Query, Body, Target>): Operation<XdsServices> {
  return defineOperation(spec);
}
