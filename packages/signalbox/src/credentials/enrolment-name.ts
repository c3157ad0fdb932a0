/**
 * The name in the certificate of every enrolment listener: machines reach it by addresses that it
 * does not know of. No machine is given this name.
 */
export const ENROLMENT_NAME = "enrolment.signalbox.internal";
