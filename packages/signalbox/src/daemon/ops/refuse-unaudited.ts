import type { AuditSink } from "@signalbox/http";
import type { AdminAnswer, AdminApi } from "@signalbox/ops";

const REFUSED: AdminAnswer = {
  status: 503,
  headers: {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  },
  body: "nothing is changed while audit events cannot be written\n",
};

/** Changes nothing while it could not be written down who did. */
export function refuseUnaudited(api: AdminApi, audit: Pick<AuditSink, "accepting">): AdminApi {
  return {
    knows: (path) => api.knows(path),
    handle: (request) => {
      const acts = request.method !== "GET" && request.method !== "HEAD";
      return acts && !audit.accepting ? Promise.resolve(REFUSED) : api.handle(request);
    },
  };
}
