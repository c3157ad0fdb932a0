import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { Peer } from "@signalbox/grpc";
import { clientCertificateFault } from "./client-certificate-rule.ts";

// Made with `openssl req -x509 -newkey ed25519 -nodes -days 20000 -subj /CN=NAME
// -addext extendedKeyUsage=… -addext basicConstraints=critical,CA:…`, as base64 of the DER.
const CERTIFICATES = {
  client: [
    "MIIBSjCB/aADAgECAhR8oCobt856mbRblCEESKRFxz6J9zAFBgMrZXAwETEPMA0GA1UEAwwGY2xpZW50MCAXDTI2",
    "MTEyMTE4MjUxMFoYDzIwODEwODI0MTgyNTEwWjARMQ8wDQYDVQQDDAZjbGllbnQwKjAFBgMrZXADIQADu7zhZU8K",
    "1mgXB4YFGeWJFOW7hn3NNWJNvtslaxuL66NlMGMwHQYDVR0OBBYEFKCe4MTWlzacPUhU07qgVYhXhjSiMB8GA1Ud",
    "IwQYMBaAFKCe4MTWlzacPUhU07qgVYhXhjSiMBMGA1UdJQQMMAoGCCsGAQUFBwMCMAwGA1UdEwEB/wQCMAAwBQYD",
    "K2VwA0EA0oUQq627Ojp2n4cbT2aVOa0TKHF/8VGhefyAzYvxDJAZVg5zNmtO1deN7y5dT7MhO9f8XYXq6uiVde+5",
    "KoQ3AA==",
  ],
  server: [
    "MIIBSjCB/aADAgECAhROCPkHrb9AkhftCa7upPcxFgJJ8jAFBgMrZXAwETEPMA0GA1UEAwwGc2VydmVyMCAXDTI2",
    "MTEyMTE4MjUxMFoYDzIwODEwODI0MTgyNTEwWjARMQ8wDQYDVQQDDAZzZXJ2ZXIwKjAFBgMrZXADIQCi1hWlNmki",
    "UJgpc4vDZnklvj4CaZsUsSb/bTMYiVdQuqNlMGMwHQYDVR0OBBYEFE0nKl/GzCNiP/+x07V8y6mqkmRjMB8GA1Ud",
    "IwQYMBaAFE0nKl/GzCNiP/+x07V8y6mqkmRjMBMGA1UdJQQMMAoGCCsGAQUFBwMBMAwGA1UdEwEB/wQCMAAwBQYD",
    "K2VwA0EAOKM7NgMNwgzS6uy2yPVc4Zvww4hi0W3bpGp9d+d8e2TBzqrtUpli3/5Y5C3ZUG2nW+p77ZX23qdH6t7E",
    "yjgFDQ==",
  ],
  both: [
    "MIIBUTCCAQOgAwIBAgIUAVvQOr6v7eDMDmTIaCJMCh6qZoAwBQYDK2VwMA8xDTALBgNVBAMMBGJvdGgwIBcNMjYx",
    "MTIxMTgyNTEwWhgPMjA4MTA4MjQxODI1MTBaMA8xDTALBgNVBAMMBGJvdGgwKjAFBgMrZXADIQA7DnzlfU9mwvRO",
    "67iYJ+0ebUxcNwnjl1vTjtmKQqSQ/6NvMG0wHQYDVR0OBBYEFDdzBVLugB+mj4e4eV+Yb2DAklWnMB8GA1UdIwQY",
    "MBaAFDdzBVLugB+mj4e4eV+Yb2DAklWnMB0GA1UdJQQWMBQGCCsGAQUFBwMCBggrBgEFBQcDATAMBgNVHRMBAf8E",
    "AjAAMAUGAytlcANBAPybI/p9iLO1s8SfJ87KsUvds5HOiJLK5nTU/XubPwkIF3fKQRKhjcpvdG922ZQpQuIhSuqw",
    "I/ncReJl6mTG/A4=",
  ],
  none: [
    "MIIBPzCB8qADAgECAhQOoutIv4j5gXw2oQstrjhHdMSLTzAFBgMrZXAwDzENMAsGA1UEAwwEbm9uZTAgFw0yNjEx",
    "MjExODI1MTBaGA8yMDgxMDgyNDE4MjUxMFowDzENMAsGA1UEAwwEbm9uZTAqMAUGAytlcAMhABlX5r317qxs1NmA",
    "1GLsahhPR52k3eSHDiF6eo+RMdxgo14wXDAdBgNVHQ4EFgQUyiDPyF3EuEPssrXuCizQWPmpec0wHwYDVR0jBBgw",
    "FoAUyiDPyF3EuEPssrXuCizQWPmpec0wDAYDVR0RBAUwA4IBeDAMBgNVHRMBAf8EAjAAMAUGAytlcANBANaiVDMN",
    "uwJLQRigd79VoL6z9xRbQWLrGCJwuWlV4twYB/CnHDjCb1mqpsbtEAcYyaLSyRSWdCcDnKfA2sMPUQY=",
  ],
  ca: [
    "MIIBRTCB+KADAgECAhQEuXTai4bs/Yx+oetLCxHlwNODSDAFBgMrZXAwDTELMAkGA1UEAwwCY2EwIBcNMjYxMTIx",
    "MTgyNTEwWhgPMjA4MTA4MjQxODI1MTBaMA0xCzAJBgNVBAMMAmNhMCowBQYDK2VwAyEAb3aMtUo2vPJXBnxCeAdw",
    "ISkqgLQ/adUeSL0yYPSIH72jaDBmMB0GA1UdDgQWBBROnh3z0Dt/sXm/AVSKLdMDTPcT/jAfBgNVHSMEGDAWgBRO",
    "nh3z0Dt/sXm/AVSKLdMDTPcT/jATBgNVHSUEDDAKBggrBgEFBQcDATAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANB",
    "ANy2WIdeQbSHiAn2HLlZf/YgshjpOQs4O0qk+f+Te/+bId8BIL6E2c6+yFWvnvtU6UBQ1ZzvyBTwAPtuPVKJeAY=",
  ],
} as const;

function peerWith(name: keyof typeof CERTIFICATES | undefined, isAuthorized = true): Peer {
  const der = name === undefined ? undefined : Buffer.from(CERTIFICATES[name].join(""), "base64");
  const x509 = der === undefined ? undefined : new X509Certificate(der);
  return new Peer({ address: "192.0.2.1", port: 4_000, isTls: true, isAuthorized, x509 });
}

test("a certificate for clients and for nothing else is let in (node-api §2.5)", () => {
  assert.equal(clientCertificateFault(peerWith("client")), undefined);
});

for (const name of ["server", "both", "none"] as const) {
  test(`a certificate with usages of ${name} is not`, () => {
    const text = `certificate "${name}" is missing the client auth extended key usage`;
    assert.equal(clientCertificateFault(peerWith(name))?.message, text);
  });
}

test("the rule is not for authorities", () => {
  assert.equal(clientCertificateFault(peerWith("ca")), undefined);
});

test("no certificate, and one that nobody vouches for", () => {
  assert.match(String(clientCertificateFault(peerWith(undefined, false))), /no client certificate/);
  assert.match(String(clientCertificateFault(peerWith("client", false))), /no verified chains/);
});
