export { appendToReply, appendToStreamed, hostnameMetadata } from "./envelope/append-info.ts";
export { buildError } from "./envelope/build-error.ts";
export { codeName } from "./envelope/code-name.ts";
export {
  failureOfStatus,
  failureOfText,
  failureOfThrown,
  type NodeFailure,
} from "./envelope/node-failure.ts";
