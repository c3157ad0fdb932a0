/**
 * Options that give a client of grpc-js connections of its own. Without them all clients of a
 * process share what they know of a port for ten seconds after a test, and the server of another
 * test may be given that port: its first calls would fail with what became of the old server.
 */
export const OWN_CONNECTIONS = { "grpc.use_local_subchannel_pool": 1 } as const;
