export { type ClusterHarness, type CreateCluster, describeCluster } from "./describe-cluster.ts";
