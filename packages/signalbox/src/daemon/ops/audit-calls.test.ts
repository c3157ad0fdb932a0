import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, silentLog, VirtualClock } from "@signalbox/base";
import type { AuditEvent } from "@signalbox/http";
import type { AdminCall } from "@signalbox/ops";
import { auditCalls } from "./audit-calls.ts";

const CALL: AdminCall = {
  atMs: 0,
  durationMs: 1,
  method: "GET",
  path: "/info",
  permission: "admin:read",
  sourceAddress: "10.0.0.1",
  status: 401,
  acts: false,
};

function useAudit() {
  const clock = new VirtualClock();
  const events: AuditEvent[] = [];
  const write = (event: AuditEvent): Promise<void> => {
    events.push(event);
    return Promise.resolve();
  };
  const tell = auditCalls({ write }, { clock, log: silentLog, random: seededRandom(1) });
  const tellTimes = (times: number, changes: Partial<AdminCall> = {}): number => {
    const before = events.length;
    for (let i = 0; i < times; i++) tell({ ...CALL, ...changes });
    return events.length - before;
  };
  return { clock, tellTimes };
}

test("a flood without credentials pushes nothing out of the audit log", async () => {
  const { clock, tellTimes } = useAudit();
  assert.equal(tellTimes(1_000), 20);
  assert.equal(tellTimes(1_000, { sourceAddress: "10.0.0.2" }), 20);
  await clock.advance(1_000);
  assert.equal(tellTimes(1_000), 1);
});

test("who is known is always written down, beside a flood too", () => {
  const { tellTimes } = useAudit();
  tellTimes(1_000);
  assert.equal(tellTimes(100, { user: "ops", status: 200 }), 100);
  assert.equal(tellTimes(100, { user: "ops", status: 403 }), 100);
});
