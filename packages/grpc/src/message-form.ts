/**
 * In which form the messages of a call are handed over:
 *
 * - `payloads`: messages, unpacked;
 * - `frames`: whole frames with their header, packed as they came, which may go to another call's
 *   `write` as they are; any compression is let through;
 * - `plainFrames`: whole frames; what came packed is unpacked.
 */
export type MessageForm = "payloads" | "frames" | "plainFrames";
