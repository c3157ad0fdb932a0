import { duration, section } from "./option-schema.ts";

/** Options of simulated machines, which take time over what real ones do. */
export const SIMULATED = section(
  {
    bootTime: duration({
      title: "Simulated boot",
      description: "From power on to the login prompt of a simulated machine.",
      default: "800ms",
      flag: "--simulated-boot-time DURATION",
    }),
    stopTime: duration({
      title: "Simulated shutdown",
      description: "From the power button to power off of a simulated machine.",
      default: "300ms",
      flag: "--simulated-stop-time DURATION",
    }),
  },
  {
    title: "Simulated machines",
    description: "As slow as your real ones, or so slow that what waits for them can be looked at.",
  },
);
