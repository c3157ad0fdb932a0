export { mountOnGrpcJs, type MountOptions } from "./mount-on-grpc-js.ts";
