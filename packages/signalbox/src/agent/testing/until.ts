export { until } from "../../nodes/testing/until.ts";
