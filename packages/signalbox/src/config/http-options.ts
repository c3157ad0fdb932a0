import { duration, integer, section, size, texts } from "./option-schema.ts";

/** Options of the REST listener. */
export const HTTP = section(
  {
    trustedProxies: texts({
      title: "Trusted proxies",
      description:
        "Addresses or CIDR prefixes of proxies whose X-Forwarded-For and Ssl-Client-* headers are believed; repeatable.",
      default: [],
      flag: "--trusted-proxy ADDRESS",
    }),
    corsOrigins: texts({
      title: "CORS origins",
      description: "Origins that browsers may call from; `*` for all; repeatable.",
      default: ["*"],
      flag: "--cors-origin ORIGIN",
    }),
    corsMaxAge: duration({
      title: "CORS preflight age",
      description: "How long browsers may keep a preflight answer.",
      default: "24h",
      flag: "--cors-max-age DURATION",
    }),
    requestTimeout: duration({
      title: "Request timeout",
      description: "From the routing of a request to its answer.",
      default: "30s",
      flag: "--request-timeout DURATION",
    }),
    receiveTimeout: duration({
      title: "Receive timeout",
      description: "From the first byte of a request to the end of its body.",
      default: "30s",
      flag: "--receive-timeout DURATION",
    }),
    sendTimeout: duration({
      title: "Send timeout",
      description:
        "How long a caller may leave an answer unread before its connection is closed; at least the request timeout.",
      default: "60s",
      flag: "--send-timeout DURATION",
    }),
    headersTimeout: duration({
      title: "Headers timeout",
      description: "From the first byte of a request to the end of its headers.",
      default: "10s",
      flag: "--headers-timeout DURATION",
    }),
    maxBody: size({
      title: "Largest body",
      description: "A larger request body is answered 413.",
      default: "1 MiB",
      flag: "--max-body SIZE",
    }),
    maxHeaders: size({
      title: "Largest headers",
      description: "All request headers together; more is answered 431.",
      default: "16 KiB",
      flag: "--max-headers SIZE",
    }),
    maxUrl: size({
      title: "Longest URL",
      description: "A longer URL is answered 414.",
      default: "8 KiB",
      flag: "--max-url SIZE",
    }),
    maxConnections: integer(1, 1_000_000, {
      title: "Connections",
      description: "Open connections; more are closed at once.",
      default: 10_000,
      flag: "--max-connections COUNT",
    }),
    maxInFlight: integer(1, 1_000_000, {
      title: "Requests at once",
      description: "Requests and event streams in flight; more are answered 503.",
      default: 4000,
      flag: "--max-in-flight COUNT",
    }),
    maxCallerInFlight: integer(1, 1_000_000, {
      title: "Requests at once of one caller",
      description: "The same of one token or system account.",
      default: 1000,
      flag: "--max-caller-in-flight COUNT",
    }),
    addressRate: integer(1, 1_000_000, {
      title: "Request rate of one address",
      description: "Requests a second in the long run; twice as many at once. More: 429.",
      default: 2000,
      flag: "--address-rate COUNT",
    }),
    callerRate: integer(1, 1_000_000, {
      title: "Request rate of one caller",
      description: "The same of one token or system account.",
      default: 2000,
      flag: "--caller-rate COUNT",
    }),
  },
  { title: "HTTP" },
);
