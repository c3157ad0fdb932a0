import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "@signalbox/base";
import { ConsoleTickets } from "./ticket-store.ts";

const TARGET = {
  regionId: "r",
  server: { id: "s", incarnation: "i" },
  actor: "alice",
  recheck: () => Promise.resolve(),
};

function create() {
  const clock = new VirtualClock();
  return { clock, tickets: new ConsoleTickets({ clock, random: seededRandom(1) }) };
}

test("a ticket opens its console once", () => {
  const { tickets } = create();
  const { text } = tickets.issue(TARGET);
  assert.equal(tickets.redeem(text), TARGET);
  assert.equal(tickets.redeem(text), undefined);
  assert.equal(tickets.redeem("other"), undefined);
});

test("a ticket is good for a minute", async () => {
  const { clock, tickets } = create();
  const [early, late] = [tickets.issue(TARGET), tickets.issue(TARGET)];
  assert.equal(early.expiresAtMs, clock.now() + 60_000);
  await clock.advance(59_999);
  assert.equal(tickets.redeem(early.text), TARGET);
  await clock.advance(1);
  assert.equal(tickets.redeem(late.text), undefined);
});

test("tickets that nobody uses do not pile up", async () => {
  const { clock, tickets } = create();
  const first = tickets.issue(TARGET);
  for (let index = 0; index < 4096; index++) {
    tickets.issue({ ...TARGET, actor: `caller ${index}` });
  }
  assert.equal(tickets.size, 4096);
  assert.equal(tickets.redeem(first.text), undefined, "the oldest made room");
  await clock.advance(60_000);
  tickets.issue(TARGET);
  assert.equal(tickets.size, 1);
});

test("a caller who asks for many tickets pushes out its own alone", () => {
  const { tickets } = create();
  const [other, first] = [tickets.issue({ ...TARGET, actor: "bob" }), tickets.issue(TARGET)];
  const second = tickets.issue(TARGET);
  for (let index = 0; index < 63; index++) tickets.issue(TARGET);
  assert.equal(tickets.size, 65);
  assert.equal(tickets.redeem(first.text), undefined);
  assert.equal(tickets.redeem(second.text), TARGET);
  for (let index = 0; index < 5000; index++) tickets.issue(TARGET);
  assert.equal(tickets.redeem(other.text)?.actor, "bob");
});
