import { describeStore } from "../conformance/describe-store.ts";
import { sqliteHarness } from "../testing/sqlite-harness.ts";

describeStore("sqlite", sqliteHarness());
