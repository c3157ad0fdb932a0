import assert from "node:assert/strict";
import { test } from "node:test";
import { atRest, Ledger } from "./ledger.ts";

const MIB = 1024 ** 2;
const demand = { cpus: 1, memoryBytes: 256 * MIB, diskBytes: 512 * MIB };
const supply = { cpus: 2, memoryBytes: 512 * MIB, diskBytes: 2048 * MIB };

test("holds what fits and says what is short of what does not", () => {
  const ledger = new Ledger();
  assert.equal(ledger.reserve("a", demand, supply), undefined);
  assert.equal(ledger.reserve("b", demand, supply), undefined);
  assert.equal(ledger.reserve("c", demand, supply), "memory: 256 MiB wanted, 0 MiB free");
  assert.equal(
    ledger.reserve("c", { ...demand, memoryBytes: 0 }, supply),
    "CPUs: 1 wanted, 0 free",
  );
  assert.equal(
    ledger.reserve("c", { cpus: 0, memoryBytes: 0, diskBytes: 4096 * MIB }, supply),
    "disk: 4096 MiB wanted, 1024 MiB free",
  );
  assert.deepEqual(ledger.total, {
    cpus: 2,
    memoryBytes: 512 * MIB,
    diskBytes: 1024 * MIB,
  });
});

test("a holder is never counted against itself", () => {
  const ledger = new Ledger();
  const whole = { ...supply };
  assert.equal(ledger.reserve("a", whole, supply), undefined);
  assert.equal(ledger.reserve("a", whole, supply), undefined);
});

test("a machine at rest leaves processors and memory to others", () => {
  const ledger = new Ledger();
  ledger.hold("a", { ...supply, diskBytes: 512 * MIB });
  assert.notEqual(ledger.reserve("b", demand, supply), undefined);
  ledger.hold("a", atRest(demand));
  assert.equal(ledger.reserve("b", demand, supply), undefined);
  assert.equal(ledger.release("a"), true);
  assert.equal(ledger.release("a"), false);
  assert.deepEqual(ledger.total, demand);
});

test("a host that is over its supply reports nothing free, not less", () => {
  const ledger = new Ledger();
  ledger.hold("a", { ...demand, memoryBytes: 4096 * MIB });
  assert.equal(ledger.reserve("b", demand, supply), "memory: 256 MiB wanted, 0 MiB free");
});
