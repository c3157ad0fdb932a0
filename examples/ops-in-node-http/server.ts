// Health, metrics and an admin API in somebody else's server. From the root of a checkout:
// `npx node --conditions=source examples/ops-in-node-http/server.ts 8080`, then
// `curl localhost:8080/ops/readyz`, `.../ops/metrics` and `curl -u alice:secret .../ops/info`.
import { createServer } from "node:http";
import { systemClock as clock, systemRandom as random } from "@signalbox/base";
import {
  addProcessMetrics,
  createAdminApi,
  HealthRegistry,
  MetricsRegistry,
  nodeHandler,
  PasswordAuthenticator,
  PasswordStore,
  Policy,
} from "@signalbox/ops";

const health = new HealthRegistry(clock);
const orders: string[] = [];
health.register({
  name: "backlog",
  run: () => {
    if (orders.length > 1000) throw new Error(`${orders.length} orders wait`);
  },
});

const metrics = new MetricsRegistry({ clock });
addProcessMetrics(metrics);
metrics.sampled("shop_orders_waiting", { help: "Orders that wait." }, () => orders.length);
const requests = metrics.counter("shop_requests_total", { help: "Requests by method." });

const policy = new Policy();
policy.setRole({ name: "operator", grants: ["admin:*"], denials: ["admin:profile"] });
policy.setUser("alice", ["operator"]);
const passwords = new PasswordStore({ random });
await passwords.set("alice", process.env["ALICE_PASSWORD"] ?? "secret");
const authenticator = new PasswordAuthenticator({ clock, random, passwords });

const drain = (): void => void server.close(() => process.exit(0));
const access = { authenticator, policy };
const admin = createAdminApi({ clock, health, metrics, access, info: { version: "1.0.0" }, drain });
const ops = nodeHandler(admin, { prefix: "/ops" });

const server = createServer((request, response) => {
  if (request.url?.startsWith("/ops/")) return ops(request, response);
  using span = metrics.startSpan("shop_request", { method: request.method });
  span.setAttributes({ url: request.url });
  requests.add(1, { method: request.method });
  orders.push(request.url ?? "/");
  response.end("ordered\n");
}).listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`ready on port ${address?.port}`);
});
