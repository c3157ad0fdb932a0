/** What clients know the types of events under, before the name of the message (node-api §4.3). */
export const EVENT_TYPE_PREFIX = "talos/runtime/";
