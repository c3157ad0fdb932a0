import type { DescService } from "@bufbuild/protobuf";
import { ClusterService } from "#gen/cluster/cluster_pb.js";
import { InspectService } from "#gen/inspect/inspect_pb.js";
import { MachineService } from "#gen/machine/machine_pb.js";
import {
  DebugService,
  ImageService,
  LifecycleService,
  LVMService,
  MDService,
  StorageService as StatfsService,
} from "#gen/machine/node_only_pb.js";
import { StorageService } from "#gen/storage/storage_pb.js";
import { TimeService } from "#gen/time/time_pb.js";

/** Every service of the node API that there is a schema of (node-api §4.1). */
export const nodeServices: readonly DescService[] = [
  MachineService,
  TimeService,
  StorageService,
  ClusterService,
  InspectService,
  StatfsService,
  ImageService,
  LifecycleService,
  DebugService,
  LVMService,
  MDService,
];
