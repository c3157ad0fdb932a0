import { Enroller } from "../../authority/enrolment/enroller.ts";
import {
  createEnrolmentListener,
  type EnrolmentListener,
} from "../../authority/enrolment/enrolment-listener.ts";
import { ENROLMENT_LIMITS } from "../../authority/enrolment/enrolment-limits.ts";
import { forgetEnrolments } from "../../authority/enrolment/forget-enrolments.ts";
import { durationMs } from "../../config/duration.ts";
import type { Assembly } from "../assembly.ts";
import { listenerNames } from "../nodes/listener-names.ts";
import type { EnrolmentSources } from "./start-enrolment.ts";

/** The enrolment listener, put together; it is closed together with what works beside it. */
export async function createDaemonEnrolment(
  { config, clock, random, log, metrics }: Assembly,
  { store, audit, authority: openAuthority }: EnrolmentSources,
): Promise<EnrolmentListener> {
  const { machineLifetime, daemonLifetime, names } = config.authority;
  const authority = await openAuthority();
  // No machine may pass for the daemon, under whatever name or address it is reached.
  const reserved = () => listenerNames("0.0.0.0", names);
  const validMs = durationMs(machineLifetime);
  const enroller = new Enroller({ store, authority, clock, reserved, validMs });
  const common = { authority, enroller, audit, clock, random, log, metrics };
  const listener = await createEnrolmentListener({
    ...common,
    validMs: durationMs(daemonLifetime),
    limits: ENROLMENT_LIMITS,
  });
  const stop = new AbortController();
  const forgetting = forgetEnrolments({ store, clock, log }, stop.signal);
  return {
    ...listener,
    get held() {
      return listener.held;
    },
    close: async (graceMs) => {
      await listener.close(graceMs);
      stop.abort();
      await forgetting;
    },
  };
}
