export { feedGrpcHealth, type GrpcHealthOptions } from "./feed-grpc-health.ts";
