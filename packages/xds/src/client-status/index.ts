export {
  ClientStatusService,
  type ClientStatusLimits,
  type ClientStatusOptions,
} from "./client-status-service.ts";
