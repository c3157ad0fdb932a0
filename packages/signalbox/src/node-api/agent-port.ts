/** Where agents listen, and where clients look for the node API when they are told no port. */
export const AGENT_PORT = 50_000;
