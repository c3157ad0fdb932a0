import assert from "node:assert/strict";
import { test } from "node:test";
import { networkConfigDocument, type SeedNetwork } from "./seed-network.ts";

const base: SeedNetwork = {
  mac: "52:54:00:AB:CD:EF",
  address: "10.0.0.4",
  prefixLength: 24,
  dns: [],
  routes: [],
};

function interfaceOf(network: SeedNetwork): unknown {
  const document = JSON.parse(networkConfigDocument(network));
  assert.equal(document.version, 2);
  return document.ethernets.eth0;
}

const found = { match: { macaddress: "52:54:00:ab:cd:ef" }, "set-name": "eth0" };

test("by default the address comes by DHCP, and nothing else is said", () => {
  assert.deepEqual(interfaceOf(base), { ...found, dhcp4: true });
});

test("a static address is written with its prefix length", () => {
  assert.deepEqual(interfaceOf({ ...base, addressing: "static" }), {
    ...found,
    dhcp4: false,
    addresses: ["10.0.0.4/24"],
  });
});

test("the gateway is the first route; name servers are listed", () => {
  const network: SeedNetwork = {
    ...base,
    gateway: "10.0.0.1",
    dns: ["9.9.9.9", "1.1.1.1"],
    routes: [{ prefix: "192.168.0.0/16", nexthop: "10.0.0.9" }],
  };
  assert.deepEqual(interfaceOf(network), {
    ...found,
    dhcp4: true,
    routes: [
      { to: "0.0.0.0/0", via: "10.0.0.1" },
      { to: "192.168.0.0/16", via: "10.0.0.9" },
    ],
    nameservers: { addresses: ["9.9.9.9", "1.1.1.1"] },
  });
});
