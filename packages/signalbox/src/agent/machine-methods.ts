import type { ServiceImplementation } from "@signalbox/grpc";
import type { MachineService } from "#gen/machine/machine_pb.js";

/**
 * Some methods of the machine service. Each family (facts, files, logs, events, services, power)
 * makes its own; `machineMethods` spreads them into one service.
 */
export type MachineMethods = ServiceImplementation<typeof MachineService>;
