export {
  type Controller,
  type ControllerInput,
  type ReconcileContext,
  type ReconcileResult,
  RequeueError,
} from "./controller.ts";
