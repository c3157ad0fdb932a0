import assert from "node:assert/strict";
import { test } from "node:test";
import { GrpcError, STATUS } from "@signalbox/grpc";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { RecordingWatcher } from "../testing/recording-watcher.ts";
import { textResource } from "../testing/text-resource.ts";
import { MutableTable } from "./mutable-table.ts";

/** A table whose loader waits until it is told what to do. */
function newLoadedTable() {
  const asked: { readonly name: string; readonly settle: PromiseWithResolvers<void> }[] = [];
  const table = new MutableTable(TYPE_URLS.virtualHost, {
    onMissing: (name) => {
      const settle = Promise.withResolvers<void>();
      asked.push({ name, settle });
      return settle.promise;
    },
  });
  table.edit({ set: [textResource("there", "", { typeUrl: TYPE_URLS.virtualHost })] });
  const watcher = new RecordingWatcher();
  return { table, asked, watcher, watch: table.watch(watcher) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a name that is watched and not there is looked for, once, and not at once", async () => {
  const { table, asked, watcher, watch } = newLoadedTable();
  watch.addName("there");
  watch.addName("r/foo.com");
  table.watch(new RecordingWatcher()).addName("r/foo.com");
  assert.equal(asked.length, 0);
  assert.equal(table.isPending("r/foo.com"), true);
  assert.equal(table.isPending("there"), false);
  await settled();
  assert.deepEqual(
    asked.map(({ name }) => name),
    ["r/foo.com"],
  );

  const found = { typeUrl: TYPE_URLS.virtualHost, aliases: ["r/foo.com"] };
  table.edit({ set: [textResource("r/v1", "", found)] });
  assert.deepEqual(watcher.take(), ["r/foo.com"]);
  asked[0]?.settle.resolve();
  await settled();
  assert.equal(table.isPending("r/foo.com"), false);
  assert.equal(table.get("r/foo.com")?.name, "r/v1");
});

test("what is not found, or not loaded, is absent until it is asked for again", async () => {
  const { table, asked, watcher, watch } = newLoadedTable();
  watch.addName("a");
  watch.addName("b");
  await settled();
  asked[0]?.settle.resolve();
  asked[1]?.settle.reject(new Error("the database is away"));
  await settled();
  assert.deepEqual(watcher.take(), ["a", "b"]);
  assert.equal(table.isPending("a"), false);
  assert.equal(table.isPending("b"), false);

  watch.addName("a");
  await settled();
  assert.equal(asked.length, 3);
});

test("a loader that throws at once does no harm", async () => {
  const table = new MutableTable(TYPE_URLS.virtualHost, {
    onMissing: () => {
      throw new Error("not today");
    },
  });
  const watcher = new RecordingWatcher();
  table.watch(watcher).addName("a");
  await settled();
  assert.deepEqual(watcher.take(), ["a"]);
});

test("why a search failed is kept while somebody asks for the name and it is not there", async () => {
  const { table, asked, watch } = newLoadedTable();
  const fail = async (name: string): Promise<void> => {
    watch.addName(name);
    await settled();
    asked.at(-1)?.settle.reject(new GrpcError(STATUS.UNAVAILABLE, "away"));
    await settled();
  };
  const away = { code: STATUS.UNAVAILABLE, message: "away" };
  await fail("a");
  assert.deepEqual(table.failureOf("a"), away);
  // Somebody else asks for it, too, and stays.
  const other = table.watch(new RecordingWatcher());
  other.addName("a");
  await settled();
  assert.equal(table.failureOf("a"), undefined, "it is looked for again");
  asked.at(-1)?.settle.reject(new Error("secret"));
  await settled();
  assert.deepEqual(table.failureOf("a"), {
    code: STATUS.INTERNAL,
    message: "an unexpected error",
  });
  watch.removeName("a");
  assert.notEqual(table.failureOf("a"), undefined);
  other.close();
  assert.equal(table.failureOf("a"), undefined);

  await fail("b");
  table.edit({ set: [textResource("b", "", { typeUrl: TYPE_URLS.virtualHost })] });
  table.edit({ delete: ["b"] });
  assert.equal(table.failureOf("b"), undefined);
  await fail("r/alias");
  const aliases = ["r/alias"];
  table.edit({ set: [textResource("c", "", { typeUrl: TYPE_URLS.virtualHost, aliases })] });
  assert.equal(table.failureOf("r/alias"), undefined);

  watch.addName("d");
  await settled();
  watch.close();
  asked.at(-1)?.settle.reject(new Error("nobody asks any more"));
  await settled();
  assert.equal(table.failureOf("d"), undefined);
});
