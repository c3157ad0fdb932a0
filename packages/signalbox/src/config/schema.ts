import { type Static, Type } from "typebox";
import {
  OPS_USER,
  ORGANIZATION,
  PROJECT,
  REGION,
  ROLE,
  SYSTEM_ACCOUNT,
} from "./declared-schemas.ts";
import { HTTP } from "./http-options.ts";
import { AUTHORITY, NODE } from "./node-options.ts";
import {
  choice,
  choices,
  declared,
  duration,
  fraction,
  integer,
  listener,
  path,
  positiveDuration,
  section,
  size,
  text,
  texts,
} from "./option-schema.ts";
import { SIMULATED } from "./simulated-options.ts";

/** `ops.minFreeDisk`, also of a configuration that cannot be read. */
export const DEFAULT_MIN_FREE_DISK = "64 MiB";

/**
 * Every option of the daemon, once. Flags, environment variables, the file, `config show` and
 * docs/configuration.md all come from here.
 */
export const CONFIG = section(
  {
    dataDir: path({
      title: "Data directory",
      description:
        "Where everything is kept; made with mode 0700. Not read from the data directory's own file.",
      default: "./.signalbox",
      flag: "--data-dir DIRECTORY",
    }),
    providers: Type.Optional(
      choices(["qemu", "simulated"], {
        title: "Providers",
        description:
          "What runs machines; the flag may be repeated. Absent: those of the declared regions, and on the first start qemu if it works here, else simulated.",
        flag: "--provider NAME",
      }),
    ),
    listen: section(
      {
        rest: listener({
          title: "REST listener",
          description: "The region API. Beyond loopback it needs TLS.",
          default: "127.0.0.1:6080",
          flag: "--listen-rest ADDRESS",
        }),
        ops: listener({
          title: "Ops listener",
          description:
            "Liveness, readiness, metrics; with credentials, the admin API (docs/ops.md). Plain HTTP on loopback; beyond it, TLS with client certificates.",
          default: "127.0.0.1:6081",
          flag: "--listen-ops ADDRESS",
        }),
        xds: listener({
          title: "xDS listener",
          description:
            "Configuration of Envoy and proxyless gRPC clients. Plain HTTP/2 on loopback; beyond it, TLS with client certificates that name their nodes.",
          default: "127.0.0.1:18000",
          flag: "--listen-xds ADDRESS",
        }),
        profiling: listener({
          title: "Profiling listener",
          description:
            "Profiles for `go tool pprof`, without credentials: loopback only (docs/ops.md).",
          default: "off",
          flag: "--listen-profiling ADDRESS",
        }),
        nodeApi: listener({
          title: "Node API listener",
          description:
            "Calls to the agents of machines. Mutual TLS by the daemon's own authority, on every address.",
          default: "127.0.0.1:50000",
          flag: "--listen-node ADDRESS",
        }),
        enrol: listener({
          title: "Enrolment listener",
          description:
            "Where machines get their certificates for the node API. TLS by the daemon's own authority; who asks must show a join token or the certificate that it has.",
          default: "127.0.0.1:50001",
          flag: "--listen-enrol ADDRESS",
        }),
      },
      { title: "Listeners", description: "`off` closes a listener; port 0 takes a free port." },
    ),
    tls: section(
      {
        certificate: Type.Optional(
          path({
            title: "TLS certificate",
            description: "PEM file: the server's certificate, then its chain.",
            flag: "--tls-cert FILE",
          }),
        ),
        key: Type.Optional(
          path({
            title: "TLS key",
            description: "PEM file of the certificate's private key.",
            flag: "--tls-key FILE",
          }),
        ),
        clientCa: Type.Optional(
          path({
            title: "Client CA",
            description:
              "PEM file. Client certificates that it signed authenticate the declared system accounts; bearer tokens go on working beside them.",
            flag: "--client-ca FILE",
          }),
        ),
      },
      { title: "TLS" },
    ),
    http: HTTP,
    log: section(
      {
        level: choice(["trace", "debug", "info", "warn", "error", "silent"], {
          title: "Log level",
          description: "What is written to standard error, one JSON object a line.",
          default: "info",
          flag: "--log-level LEVEL",
        }),
      },
      { title: "Log" },
    ),
    telemetry: section(
      {
        otlpEndpoint: Type.Optional(
          text({
            title: "OTLP endpoint",
            description:
              "URL of an OpenTelemetry collector's HTTP traces endpoint, as http://127.0.0.1:4318/v1/traces. Absent: no traces are made.",
            flag: "--otlp-endpoint URL",
          }),
        ),
        samplingRatio: fraction(0, 1, {
          title: "Trace sampling",
          description: "Share of traces without a sampled parent that are kept.",
          default: 1,
          flag: "--trace-sampling RATIO",
        }),
      },
      { title: "Telemetry" },
    ),
    ops: section(
      {
        minFreeDisk: size({
          title: "Least free disk",
          description:
            "With less room where the data directory is, the daemon is not ready; with less than eight times as much, it is degraded.",
          default: DEFAULT_MIN_FREE_DISK,
          flag: "--min-free-disk SIZE",
        }),
      },
      { title: "Ops" },
    ),
    audit: section(
      {
        fileSize: size({
          title: "Audit file size",
          description: "DATA/audit/audit.jsonl is rotated at this size.",
          default: "64 MiB",
          flag: "--audit-file-size SIZE",
        }),
        fileCount: integer(1, 10_000, {
          title: "Audit files",
          description: "Rotated audit files that are kept; the oldest goes first.",
          default: 16,
          flag: "--audit-file-count COUNT",
        }),
      },
      { title: "Audit" },
    ),
    store: section(
      {
        keepRevisions: integer(1000, 100_000_000, {
          title: "History kept",
          description: "Revisions that a watch can still resume from; older ones are compacted.",
          default: 100_000,
          flag: "--keep-revisions COUNT",
        }),
        historySize: size({
          title: "History size",
          description: "Text of the history that is kept at most, whatever its revisions.",
          default: "64 MiB",
          flag: "--history-size SIZE",
        }),
      },
      { title: "Store" },
    ),
    xds: section(
      {
        maxResources: integer(1, 1_000_000, {
          title: "Resources of an xDS group",
          description: "Resources that one group may hold.",
          default: 10_000,
          flag: "--xds-max-resources COUNT",
        }),
        groupSize: size({
          title: "Size of an xDS group",
          description: "Bytes of all encoded resources of one group.",
          default: "32 MiB",
          flag: "--xds-group-size SIZE",
        }),
        keepRevisions: integer(1, 10_000, {
          title: "xDS revisions kept",
          description: "Revisions of one group that are kept for its history and for rollbacks.",
          default: 50,
          flag: "--xds-keep-revisions COUNT",
        }),
        historySize: size({
          title: "xDS history size",
          description: "Bytes that the revisions of one group keep, whatever their number.",
          default: "8 MiB",
          flag: "--xds-history-size SIZE",
        }),
      },
      { title: "xDS" },
    ),
    node: NODE,
    authority: AUTHORITY,
    qemu: section(
      {
        guestImage: Type.Optional(
          path({
            title: "Guest image",
            description:
              "Disk image that every qemu region starts with. Absent: what scripts/build-guest-image makes, when it is there.",
            flag: "--guest-image FILE",
          }),
        ),
        agentImage: Type.Optional(
          path({
            title: "Guest image with the agent",
            description:
              "The same for servers that answer the node API. Absent: what scripts/build-guest-image --with-agent makes, when it is there.",
            flag: "--agent-image FILE",
          }),
        ),
        publicPrefix: text({
          title: "Public prefix",
          description: "Loopback prefix from which servers with publicIP get their address.",
          default: "127.64.0.0/16",
          flag: "--public-prefix CIDR",
        }),
        cpuOvercommit: fraction(0.1, 64, {
          title: "CPU overcommit",
          description: "Flavor CPUs that are handed out for each CPU of the host.",
          default: 8,
          flag: "--cpu-overcommit FACTOR",
        }),
        memoryOvercommit: fraction(0.1, 8, {
          title: "Memory overcommit",
          description:
            "Flavor memory that is handed out for each byte of the host's, less a reserve.",
          default: 1,
          flag: "--memory-overcommit FACTOR",
        }),
        diskOvercommit: fraction(0.1, 64, {
          title: "Disk overcommit",
          description: "Flavor disk that is handed out for each byte that is free.",
          default: 2,
          flag: "--disk-overcommit FACTOR",
        }),
        bootsAtOnce: integer(1, 256, {
          title: "Boots at once",
          description: "Machines that may boot at the same time; others are queued.",
          default: 2,
          flag: "--boots-at-once COUNT",
        }),
        accel: choice(["auto", "tcg", "kvm"], {
          title: "Acceleration",
          description:
            "auto: hardware acceleration when a probe guest reaches userspace with it, else TCG.",
          default: "auto",
          flag: "--accel KIND",
        }),
      },
      { title: "QEMU" },
    ),
    simulated: SIMULATED,
    reconcile: section(
      {
        resyncInterval: positiveDuration({
          title: "Resync interval",
          description:
            "Pause between two looks at every machine, for what no event has told of; up to a fifth longer by chance.",
          default: "30s",
          flag: "--resync-interval DURATION",
        }),
        serversAtOnce: integer(1, 1024, {
          title: "Servers at once",
          description: "Servers that are worked on at the same time.",
          default: 16,
          flag: "--servers-at-once COUNT",
        }),
        serverTimeout: positiveDuration({
          title: "Server timeout",
          description:
            "What is done for a server in one go is given up after this, and tried again.",
          default: "5m",
          flag: "--server-timeout DURATION",
        }),
        createAttempts: integer(1, 100, {
          title: "Create attempts",
          description:
            "Machines that may fail before their guest has run, until the server is given up and waits for a retry.",
          default: 3,
          flag: "--create-attempts COUNT",
        }),
        imagesAtOnce: integer(1, 256, {
          title: "Images at once",
          description: "Image imports and snapshots that run at the same time.",
          default: 4,
          flag: "--images-at-once COUNT",
        }),
        imageTimeout: positiveDuration({
          title: "Image timeout",
          description: "An import or a snapshot is given up after this.",
          default: "1h",
          flag: "--image-timeout DURATION",
        }),
        imageAttempts: integer(1, 100, {
          title: "Image attempts",
          description: "Tries of an import whose source fails for reasons that may pass.",
          default: 5,
          flag: "--image-attempts COUNT",
        }),
      },
      { title: "Reconcilers", description: "How resources are brought to what was asked for." },
    ),
    images: section(
      {
        allow: texts({
          title: "Image sources",
          description:
            "Prefixes of the URLs (https://images.example.com/) and directories (file:///srv/images/) that images may be imported from; repeatable. Empty: none.",
          default: [],
          flag: "--image-source PREFIX",
        }),
      },
      { title: "Images" },
    ),
    console: section(
      {
        idleTimeout: duration({
          title: "Console idle time",
          description: "A console session without a byte either way is closed after this.",
          default: "30m",
          flag: "--console-idle-timeout DURATION",
        }),
        maxDuration: duration({
          title: "Console session length",
          description: "A console session is closed after this, idle or not.",
          default: "8h",
          flag: "--console-max-duration DURATION",
        }),
      },
      { title: "Console" },
    ),
    shutdown: section(
      {
        grace: duration({
          title: "Shutdown grace",
          description: "What is in flight at SIGTERM or SIGINT is given this long to finish.",
          default: "15s",
          flag: "--shutdown-grace DURATION",
        }),
        delay: duration({
          title: "Shutdown delay",
          description:
            "How long readiness fails before listeners close, so that whoever sends requests can notice.",
          default: "0s",
          flag: "--shutdown-delay DURATION",
        }),
      },
      { title: "Shutdown" },
    ),
    organizations: declared(ORGANIZATION, {
      title: "Organizations",
      description: "The first start declares one.",
      default: [],
    }),
    projects: declared(PROJECT, {
      title: "Projects",
      description: "The first start declares one.",
      default: [],
    }),
    regions: declared(REGION, {
      title: "Regions",
      description: "The first start declares one for each provider.",
      default: [],
    }),
    roles: declared(ROLE, {
      title: "Roles",
      description: "Roles beside the built-in ones.",
      default: [],
    }),
    opsUsers: declared(OPS_USER, {
      title: "Users of the admin API",
      description: "Who may use it with a password, beside tokens and certificates.",
      default: [],
      secret: true,
    }),
    systemAccounts: declared(SYSTEM_ACCOUNT, {
      title: "System accounts",
      description: "Client certificates that authenticate; needs a client CA or a trusted proxy.",
      default: [],
    }),
  },
  { title: "Configuration" },
);

/** The configuration as it holds, every default filled in. */
export type Config = Static<typeof CONFIG>;
export type DeclaredRegion = Config["regions"][number];
export type DeclaredRole = Config["roles"][number];
