import { choice, integer, positiveDuration, section, texts } from "./option-schema.ts";

/** Options of the node API. */
export const NODE = section(
  {
    allow: texts({
      title: "Allowed addresses",
      description:
        "Addresses or CIDR prefixes beside those of enrolled machines to which operators' calls are sent on; repeatable. On loopback addresses among them a port may be given.",
      default: [],
      flag: "--node-allow CIDR",
    }),
    maxTargets: integer(1, 100_000, {
      title: "Machines of one call",
      description: "A call of the node API to more machines is refused.",
      default: 2000,
      flag: "--node-max-targets COUNT",
    }),
    duplicates: choice(["keep", "drop"], {
      title: "Machines named twice",
      description: "keep: one that is named twice in a call answers twice; drop: once.",
      default: "keep",
      flag: "--node-duplicates KIND",
    }),
    connectTimeout: positiveDuration({
      title: "Connect timeout",
      description: "What a call to many machines gives each of them for its connection.",
      default: "20s",
      flag: "--node-connect-timeout DURATION",
    }),
  },
  { title: "Node API" },
);

/** Options of what the daemon certifies for it. */
export const AUTHORITY = section(
  {
    daemonLifetime: positiveDuration({
      title: "Certificates of the daemon",
      description:
        "How long those of the node API and of enrolment are valid; issued anew at half of it.",
      default: "24h",
      flag: "--daemon-certificate-lifetime DURATION",
    }),
    machineLifetime: positiveDuration({
      title: "Certificates of machines",
      description:
        "How long they are valid; renewed at half of it. A machine that is off for longer needs a new join token.",
      default: "30d",
      flag: "--machine-certificate-lifetime DURATION",
    }),
    personLifetime: positiveDuration({
      title: "Certificates of people",
      description:
        "How long they are valid at most. None can be called back before, so it is what a lost one costs.",
      default: "90d",
      flag: "--person-certificate-lifetime DURATION",
    }),
    joinTokenLifetime: positiveDuration({
      title: "Join tokens",
      description: "How long a machine has to use the token that it was given.",
      default: "1h",
      flag: "--join-token-lifetime DURATION",
    }),
    names: texts({
      title: "Names of the node API",
      description:
        "DNS names and addresses by which callers reach it, beside those of its listener and of this host; repeatable.",
      default: [],
      flag: "--node-name NAME",
    }),
  },
  { title: "Authority", description: "What the daemon certifies for the node API." },
);
