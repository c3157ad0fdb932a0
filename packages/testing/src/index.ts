export { anyText, type TextSize } from "./any-text.ts";
export { OWN_CONNECTIONS } from "./own-connections.ts";
export { ownLoopback } from "./own-loopback.ts";
export { type PackedPackage, packedPackages } from "./packed-packages.ts";
export { type Scope, shared } from "./shared.ts";
export {
  createTestAuthority,
  type TestAuthority,
  type TestCertificate,
  type TestNames,
} from "./test-authority.ts";
export { until } from "./until.ts";
