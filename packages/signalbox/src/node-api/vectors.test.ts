// Byte vectors of node-api §4.3.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  create,
  type DescMessage,
  equals,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { anyPack, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  EventSchema,
  MachineStatusEvent_MachineStage,
  MachineStatusEventSchema,
} from "#gen/machine/events_pb.js";
import { FileInfoSchema } from "#gen/machine/files_pb.js";
import { RebootResponseSchema } from "#gen/machine/power_pb.js";
import { ServiceListResponseSchema } from "#gen/machine/services_pb.js";
import {
  HostnameResponseSchema,
  LoadAvgResponseSchema,
  MemoryResponseSchema,
} from "#gen/machine/system_pb.js";
import { TimeResponseSchema } from "#gen/time/time_pb.js";
import { goFileMode } from "./go-file-mode.ts";

const seconds = 1_700_000_000;

function vector<D extends DescMessage>(
  name: string,
  schema: D,
  message: MessageShape<D>,
  hex: string,
): void {
  test(`${name} is ${hex.slice(0, 24)}…`, () => {
    assert.equal(Buffer.from(toBinary(schema, message)).toString("hex"), hex);
    assert.ok(equals(schema, fromBinary(schema, Buffer.from(hex, "hex")), message));
  });
}

vector(
  "Hostname n1",
  HostnameResponseSchema,
  create(HostnameResponseSchema, { messages: [{ hostname: "n1" }] }),
  "0a0412026e31",
);

vector(
  "LoadAvg .5, 1, 2.25",
  LoadAvgResponseSchema,
  create(LoadAvgResponseSchema, { messages: [{ load1: 0.5, load5: 1, load15: 2.25 }] }),
  "0a1b11000000000000e03f19000000000000f03f210000000000000240",
);

vector(
  "ServiceList with sshd, no events, health unknown",
  ServiceListResponseSchema,
  create(ServiceListResponseSchema, {
    messages: [
      { services: [{ id: "sshd", state: "Running", events: {}, health: { unknown: true } }] },
    ],
  }),
  "0a1712150a0473736864120752756e6e696e671a0022020801",
);

vector(
  "Memory",
  MemoryResponseSchema,
  create(MemoryResponseSchema, { messages: [{ meminfo: { memtotal: 16384n, memfree: 128n } }] }),
  "0a09120708808001108001",
);

vector(
  "Reboot",
  RebootResponseSchema,
  create(RebootResponseSchema, { messages: [{ actorId: "a" }] }),
  "0a03120161",
);

vector(
  "FileInfo of /tmp",
  FileInfoSchema,
  create(FileInfoSchema, {
    name: "/tmp",
    size: 4096n,
    mode: goFileMode(0o041777),
    modified: BigInt(seconds),
    isDir: true,
    relativeName: ".",
  }),
  "12042f746d7018802020ff83c080082880e2cfaa0630014a012e",
);

vector(
  "Time",
  TimeResponseSchema,
  create(TimeResponseSchema, {
    messages: [
      {
        server: "pool.ntp.org",
        localtime: timestampFromMs(seconds * 1000),
        remotetime: { seconds: BigInt(seconds), nanos: 1 },
      },
    ],
  }),
  "0a20120c706f6f6c2e6e74702e6f72671a060880e2cfaa0622080880e2cfaa061001",
);

test("the event that says that a machine is ready", () => {
  const status = create(MachineStatusEventSchema, {
    stage: MachineStatusEvent_MachineStage.RUNNING,
    status: { ready: true },
  });
  const data = anyPack(MachineStatusEventSchema, status);
  const event = create(EventSchema, {
    data: { ...data, typeUrl: data.typeUrl.replace("type.googleapis.com", "talos/runtime") },
    id: "9m4e2mr0ui3e8a215n4g",
  });
  assert.equal(
    Buffer.from(toBinary(EventSchema, event)).toString("hex"),
    "12320a2874616c6f732f72756e74696d652f6d616368696e652e4d616368696e655374617475734576656e7412060804120208011a14" +
      Buffer.from("9m4e2mr0ui3e8a215n4g").toString("hex"),
  );
});

test("the hello of a stream of events", () => {
  const event = create(EventSchema, { data: {}, id: "9m4e2mr0ui3e8a215n4g" });
  assert.equal(Buffer.from(toBinary(EventSchema, event)).toString("hex").slice(0, 8), "12001a14");
});
